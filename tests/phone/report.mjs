// The report of a measurement on the slow phone: on the terminal, as RESULTS.md, and as a chart.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { commit, table } from '../chaos/report.mjs';
import { chartOf } from './chart.mjs';

const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;
const kb = (bytes) => `${(bytes / 1000).toFixed(1)} KB`;

/** Returns the table and the verdict on the budget. */
export function printed({ hosted, embedded, adyen, sent, budget, isWithin }) {
  const { must, goal } = budget;
  const word = hosted.pin <= goal ? 'kept, and so is the goal' : isWithin ? 'kept' : '**broken**';
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
    `The plain form was sent after ${seconds(sent)} in one more run, and the provider’s books show the one debit.`,
  ].join('\n');
}

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

Median of ${runs} first visits, and the range of all, since the shopper opened the page:

${printed(figures)}

![The same as a chart](../../www/guide/slow-phone.svg)

## How it was measured

- **The phone** is Chromium with ${slow.kbit} kbit/s and ${slow.latencyMs} ms until an answer begins, its processor slowed
  ${slow.cpu} times, on a screen of ${slow.screen.width} by ${slow.screen.height}. It is slowed by the DevTools protocol in every
  target of the page, iframes of other sites too. A run fails when a file came sooner than it can at that rate, or when work in
  the page was not slowed.
- Opening a connection is not slowed: on a real network every origin that a page needs costs some round trips more. The hosted
  page needs one origin, the other two need two and more.
- **Each run is a first visit**, in a fresh browser context. The three take turns, so that all meet the same machine.
- **Everything is compressed as in a CDN**, by the same server for all three: files by brotli at 11, pages made on the spot at 4.
- **Time is told by the page itself**, after the paint that shows what is waited for, with all style sheets there. “Can be used”
  means that the field is visible and took a typed character; “can be sent” that the button is visible and can be pressed. Of
  the hosted page that is the plain form, which needs no script. One more run pays with it as soon as it can be used, before the
  widget is there.
- **Bytes** are those of all answers, with their headers, until nothing was under way any more.
- **In a shop’s page**: a page of the shop’s own origin with a heading, the script tag and the element.
- **Adyen’s component**: \`AdyenCheckout\` and \`Giftcard\` out of its ES module, minified by esbuild with nothing else of it, and
  its own style sheet, on the same page. Its times are a **lower bound, in Adyen’s favour**: its servers cannot be reached here, so
  they are played, and answer everything at once with nothing in it. The number and the PIN are typed into iframes from these
  servers, the PIN’s only after the number’s has loaded and said so. What stands here for the PIN field is that the form is on the
  page with the first iframe in it. The documents and scripts of these iframes come on top, and on this network each document
  takes ${slow.latencyMs} ms at least; so does the call by which a shop begins a session there. “Payment” is that its button is
  shown. Its language is the one in the bundle, which spares it a file.
`;
}
