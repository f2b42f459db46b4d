// The numbers of browser tests that passed and failed, by subject.
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { ensureBrowser, toolPath } from '../../edge/tools/install.mjs';

const browser = (...names) => names.map((name) => `tests/browser/${name}.test.mjs`);
const trouble = (...names) => names.map((name) => `tests/trouble/${name}.test.mjs`);

/** The tests by subject. */
const GROUPS = {
  'Stable layout: while the page loads, when the widget takes over, between states': browser('still', 'shop-still', 'take-over'),
  'By keyboard alone, and with a screen reader: focus, names, announcements': browser('keyboard', 'focus', 'screen-reader', 'announcements'),
  'The shop’s theme: applied in the iframe, and always readable': browser('frame-theme', 'themes'),
  'Shops’ pages: plain, React, Vue, Svelte, strict policies, several elements, the guide': browser('frameworks', 'shop-page', 'shop-mistakes', 'guide'),
  'Wasm that is late, missing or broken: the input is kept, the plain form pays': [...browser('slow-wasm', 'plain-form'), ...trouble('fallback')],
  'The network lost before, during and after sending, portals, double presses: one charge, the true outcome': [
    ...browser('offline', 'down'), ...trouble('once', 'false-answers', 'ways-back'),
  ],
};

/** Runs all of them, with the output of the tests on the terminal. Returns `[{what, passed, failed}]`. */
export async function check() {
  Object.assign(process.env, { CHROMIUM: ensureBrowser(), PATH: toolPath() });
  const found = [];
  for (const [what, names] of Object.entries(GROUPS)) found.push({ what, ...(await counted(names)) });
  return found;
}

function counted(names) {
  return new Promise((resolve, reject) => {
    const stream = run({ files: names.map((name) => join(ROOT, name)), concurrency: 2, cwd: ROOT });
    stream.on('error', reject);
    // The count includes one for each file itself.
    stream.on('test:summary', ({ file, counts }) => {
      if (file === undefined) resolve({ passed: counts.passed, failed: counts.failed + counts.cancelled });
    });
    stream.compose(new spec()).pipe(process.stdout);
  });
}
