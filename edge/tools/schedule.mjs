// Runs the Worker's schedule on this machine: Cloudflare does it by the cron trigger of wrangler.toml, `wrangler dev` does not.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './up-to-date.mjs';

/** Runs what the Worker at `url` does on schedule, once. Rejects when it fails. */
export async function runSchedule(url) {
  const answer = await fetch(`${url}/cdn-cgi/local/scheduled`);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`The schedule answered ${answer.status}: ${text}`);
}

/** Runs it every `ms` milliseconds, by default as often as the cron trigger says. Returns a function that ends this. */
export function keepSchedule(url, ms = interval()) {
  // While the Worker is built anew it does not answer; the next time will do.
  const timer = setInterval(() => runSchedule(url).catch(() => {}), ms);
  timer.unref();
  return () => clearInterval(timer);
}

/** Returns the interval of the cron trigger in milliseconds. */
export function interval() {
  const [, minutes] = /^crons = \["\*\/(\d+) \* \* \* \*"\]$/m.exec(readFileSync(join(ROOT, 'wrangler.toml'), 'utf8'));
  return Number(minutes) * 60_000;
}
