// How the wasm of widget and Worker is made small: the standard library is built for size along with them, and a panic is a
// bare trap without a text. Stable Rust takes these flags through RUSTC_BOOTSTRAP.
import { join } from 'node:path';
import { ROOT } from './up-to-date.mjs';

/** Where cargo puts the widget that is built this way. */
export const SMALL_TARGET = join(ROOT, 'target', 'small');

/** The environment of cargo. */
export const SMALL = {
  RUSTC_BOOTSTRAP: '1',
  RUSTFLAGS: '-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none',
  CARGO_UNSTABLE_BUILD_STD: 'std,panic_abort',
  CARGO_UNSTABLE_BUILD_STD_FEATURES: 'optimize_for_size',
  CARGO_TARGET_DIR: SMALL_TARGET,
};

/** How cargo is asked for a wasm. As a cdylib alone: beside an rlib, cargo leaves out the `lto` of the profile without a word. */
export const CDYLIB = ['rustc', '--release', '--lib', '--crate-type', 'cdylib', '--target', 'wasm32-unknown-unknown'];
