// The report of a measurement on the slow phone: on the terminal, as RESULTS.md, and as a chart.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { table } from '../chaos/report.mjs';
import { commit } from '../support/results.mjs';
import { chartOf } from './chart.mjs';

const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;
const kb = (bytes) => `${(bytes / 1000).toFixed(1)} KB`;

/** Returns the table and the verdict on the budget. */
export function printed({ hosted, embedded, adyen, sent, budget, limits }) {
  const { must, goal } = budget;
  const word = hosted.pin <= goal ? 'within the goal' : hosted.pin <= must ? 'within the budget' : '**exceeded**';
  return [
    table(
      ['', 'hosted page', 'in a shop’s page', 'Adyen’s component, at least'],
      [
        ['PIN field can be used', spread(hosted, 'pin'), spread(embedded, 'pin'), spread(adyen, 'pin')],
        ['payment can be sent', spread(hosted, 'payment'), spread(embedded, 'payment'), spread(adyen, 'payment')],
        ['the widget has taken over from the plain form', spread(hosted, 'widget'), '', ''],
        ['bytes on the wire', kb(hosted.bytes), kb(embedded.bytes), kb(adyen.bytes)],
      ],
    ),
    '',
    `Budget of the hosted page, until its PIN field can be used: must ${seconds(must)}, goal ${seconds(goal)}: ${word}.`,
    `Longest times: ${limits.map(limitLine).join('; ')}.`,
    `In one more run the plain form was sent after ${seconds(sent)}, and the provider’s books show exactly one debit.`,
  ].join('\n');
}

const PLACES = { hosted: 'on the hosted page', embedded: 'in a shop’s page' };
const WHAT = { pin: 'PIN', payment: 'payment' };
const limitLine = ({ page, what, limit, isMet }) => `${WHAT[what]} ${PLACES[page]} ${seconds(limit)} ${isMet ? 'met' : '**missed**'}`;

function spread({ all, ...medians }, name) {
  const times = all.map((one) => one[name]);
  return `${seconds(medians[name])} (${seconds(Math.min(...times))} to ${seconds(Math.max(...times))})`;
}

/** Writes RESULTS.md and the chart. */
export function writeResults(figures) {
  writeFileSync(join(ROOT, 'tests/phone/RESULTS.md'), resultsOf(figures));
  mkdirSync(join(ROOT, 'www/guide'), { recursive: true });
  writeFileSync(join(ROOT, 'www/guide/slow-phone.svg'), chartOf(figures));
}

function resultsOf(figures) {
  const { runs, slow, versions } = figures;
  const { chromium, adyen, checkout } = versions;
  const memory = Math.round(totalmem() / 2 ** 30);
  return `# On a slow phone

- ${new Date().toISOString().slice(0, 10)}, commit ${commit()}, ${cpus().length} cores, ${memory} GB
- Voucher Checkout ${checkout}, Adyen Web ${adyen}, Chromium ${chromium}
- \`npm run phone -- --runs ${runs} --write\`

Median and range of ${runs} first visits, from the opening of the page:

${printed(figures)}

![The same as a chart](../../www/guide/slow-phone.svg)

## How it was measured

- **The phone** is Chromium at ${slow.kbit} kbit/s and ${slow.latencyMs} ms latency, with a processor ${slow.cpu} times slower, on a screen of
  ${slow.screen.width} by ${slow.screen.height}. The DevTools protocol slows every target of the page, including iframes of other sites. A run
  fails when a file arrived faster than this rate allows, or when work in the page was not slowed.
- **Connections** open at full speed: on a real network every origin of a page costs additional round trips. The hosted page uses
  one origin, the other two pages use two or more.
- **Each run is a first visit**, in a new browser context. The three pages take turns, so that load on the machine affects all of them.
- **Compression** is that of a CDN, by the same server for all three: files with brotli 11, generated pages with brotli 4.
- **The page measures the times itself**, after the paint that shows the awaited element, with all style sheets loaded. “Can be used”
  means that the field is visible and has accepted a typed character, “can be sent” that the button is visible and enabled. On the
  hosted page both refer to the plain form, which needs no script. One more run pays with it as soon as it can be used, before the
  widget has loaded.
- **Bytes** are those of all answers with their headers, until the network is idle.
- **In a shop’s page**: a page of the shop’s own origin with a heading, the script tag and the element.
- **Adyen’s component**: only \`AdyenCheckout\` and \`Giftcard\` of its ES module, minified by esbuild, and its own style sheet, on the
  same page. Its times are a **lower bound, in Adyen’s favour**: its servers cannot be reached here, so a stub answers every request at
  once with empty content. The real number and PIN fields are iframes from these servers, and the PIN’s iframe loads after the
  number’s. The measured time of the PIN field is that of the form with its first iframe. The documents and scripts of these iframes
  are not included; on this network each document takes at least ${slow.latencyMs} ms, and so does the call that creates a session at Adyen.
  “Payment” is the time at which its button is shown. Its language is in the bundle, which saves it a file.
`;
}
