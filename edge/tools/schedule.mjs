// Runs the Worker's schedule on this machine: Cloudflare does it by the cron trigger of wrangler.toml, `wrangler dev` does not.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './up-to-date.mjs';

/** Runs the schedule of the Worker at `url` once. Rejects when it fails. */
export async function runSchedule(url) {
  const answer = await fetch(`${url}/cdn-cgi/local/scheduled`);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`The schedule answered ${answer.status}: ${text}`);
}

/** Runs it every `ms` milliseconds, by default at the interval of the cron trigger. Returns a function that stops it. */
export function keepSchedule(url, ms = interval()) {
  // The Worker does not answer while it is rebuilt; the next run repeats the checks.
  const timer = setInterval(() => runSchedule(url).catch(() => {}), ms);
  timer.unref();
  return () => clearInterval(timer);
}

/** Returns the interval of the cron trigger in milliseconds. */
export function interval() {
  const [, minutes] = /^crons = \["\*\/(\d+) \* \* \* \*"\]$/m.exec(readFileSync(join(ROOT, 'wrangler.toml'), 'utf8'));
  return Number(minutes) * 60_000;
}
