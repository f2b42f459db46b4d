// Starts a real Chromium for a test, and records every address it requests and every line of its console.
import { appendFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { ensureBrowser } from '../../edge/tools/install.mjs';
import { logFile } from './evidence.mjs';

const QUIET = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];

/** Starts Chromium with these additional arguments; `options` are Playwright's. */
export function launchChromium(args = [], options = {}) {
  return chromium.launch({ executablePath: ensureBrowser(), args: [...QUIET, ...args], ...options });
}

/** Starts Chromium. `page(options)` opens a page in a context of its own, and records its console and its requests. */
export async function startBrowser(args) {
  const browser = await launchChromium(args);
  const file = logFile(`browser-${process.pid}.log`);
  return {
    async page(options = {}) {
      const context = await browser.newContext({ viewport: { width: 390, height: 844 }, ...options });
      context.setDefaultTimeout(60_000);
      const page = await context.newPage();
      const errors = [];
      page.on('console', (message) => {
        appendFileSync(file, `console ${message.type()} ${message.text()}\n`);
        if (message.type() === 'error') errors.push(message.text());
      });
      page.on('pageerror', (error) => {
        appendFileSync(file, `pageerror ${error.stack}\n`);
        errors.push(String(error));
      });
      context.on('request', (request) => appendFileSync(file, `address ${request.method()} ${request.url()}\n`));
      return Object.assign(page, { errors, close: () => context.close() });
    },
    close: () => browser.close(),
  };
}

/** Holds the requests of a page to these addresses; returns a function that lets them continue. */
export async function hold(page, addresses) {
  const held = Promise.withResolvers();
  await page.route(addresses, async (route) => {
    await held.promise;
    await route.continue();
  });
  return held.resolve;
}
