// What a test file of this folder starts with: a whole stack, and a real Chromium to look at it.
import { after } from 'node:test';
import { startStack } from '../worker/stack.mjs';
import { startBrowser } from './browser.mjs';

/** Starts both, the stack with these options; stopped when the file's tests are over. */
export async function startInBrowser(options) {
  const [stack, browser] = await Promise.all([startStack(options), startBrowser()]);
  after(async () => {
    await browser.close();
    await stack.stop();
  });
  return { stack, browser };
}
