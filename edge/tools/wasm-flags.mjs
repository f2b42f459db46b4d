// Cargo's settings for a small wasm of widget and Worker: the standard library is rebuilt for size, a panic is a trap without a
// message, and SHA-2 is a loop (4.5 KB gzip less than unrolled). Stable Rust accepts these flags with RUSTC_BOOTSTRAP.
import { join } from 'node:path';
import { ROOT } from './up-to-date.mjs';

/** The target folder of the small widget. */
export const SMALL_TARGET = join(ROOT, 'target', 'small');

/** The environment of a small build. */
export const SMALL = {
  RUSTC_BOOTSTRAP: '1',
  RUSTFLAGS: '-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none --cfg sha2_backend_soft="compact"',
  CARGO_UNSTABLE_BUILD_STD: 'std,panic_abort',
  CARGO_UNSTABLE_BUILD_STD_FEATURES: 'optimize_for_size',
  CARGO_TARGET_DIR: SMALL_TARGET,
};

/** The wasm features that wasm-bindgen's output for browsers uses, for wasm-opt. */
export const BROWSER_FEATURES = ['bulk-memory', 'nontrapping-float-to-int', 'sign-ext', 'mutable-globals', 'reference-types', 'multivalue'];

/** Cargo's arguments for a wasm. Only a cdylib: with an rlib as well, cargo ignores the profile's `lto` without a warning. */
export const CDYLIB = ['rustc', '--release', '--lib', '--crate-type', 'cdylib', '--target', 'wasm32-unknown-unknown'];
