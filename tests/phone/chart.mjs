// The chart of the slow phone, as an SVG that follows the reader's colour scheme and needs no fonts of its own.

const WIDTH = 480;
const LEFT = 14;
const RIGHT = 66;
const TOP = 96;
const BAR = 22;
/** A name, two bars, and the room below them. */
const GROUP = 100;

const STYLE = `
  svg { color-scheme: light dark; }
  text { font: 14px system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; fill: #1c1b22; }
  .ground { fill: #fff; }
  .title { font-size: 17px; font-weight: 600; }
  .name { font-weight: 600; }
  .quiet { font-size: 12.5px; fill: #5d5b68; }
  .value { paint-order: stroke; stroke: #fff; stroke-width: 5px; stroke-linejoin: round; }
  .pin { fill: #4a3aa7; }
  .payment { fill: #9d90dc; }
  .limit { stroke: #827f8d; stroke-dasharray: 4 4; }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #1c1b22; }
    text { fill: #f2f0f7; }
    .quiet { fill: #aeabbb; }
    .value { stroke: #1c1b22; }
    .pin { fill: #b3a6ff; }
    .payment { fill: #7565c4; }
  }
`;

/** Returns the chart, from the result of measurePhone. */
export function chartOf({ hosted, embedded, adyen, budget, slow }) {
  const groups = [
    { name: 'Hosted page', limits: Object.entries(budget), ...hosted },
    { name: 'Embedded in a shop’s page', ...embedded },
    { name: 'Adyen’s gift-card component, in the same page', isLeast: true, ...adyen },
  ];
  const longest = Math.max(budget.must, ...groups.flatMap(({ pin, payment }) => [pin, payment]));
  const scale = (WIDTH - LEFT - RIGHT) / longest;
  const height = TOP + groups.length * GROUP + 12;
  const conditions = `First visit, ${slow.kbit} kbit/s, ${slow.latencyMs} ms latency, processor ${slow.cpu} times slower`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title desc">
  <title id="title">How soon a shopper can pay on a slow phone</title>
  <desc id="desc">${description(groups, budget)}</desc>
  <style>${STYLE}</style>
  <rect class="ground" width="${WIDTH}" height="${height}" rx="8"/>
  <text class="title" x="${LEFT}" y="30">How soon a shopper can pay on a slow phone</text>
  <text class="quiet" x="${LEFT}" y="50">${conditions}</text>
${legend('pin', LEFT, 'PIN can be typed')}
${legend('payment', LEFT + 160, 'payment can be sent')}
${groups.map((group, index) => drawn(group, TOP + index * GROUP, scale)).join('\n')}
  <text class="quiet" x="${LEFT}" y="${height - 14}">≥ without the fields themselves, which Adyen’s servers would send</text>
</svg>
`;
}

function drawn({ name, pin, payment, limits = [], isLeast }, top, scale) {
  const x = (ms) => (LEFT + ms * scale).toFixed(1);
  const width = (ms) => (ms * scale).toFixed(1);
  const bar = (kind, ms, y) => `  <rect class="${kind}" x="${LEFT}" y="${y}" width="${width(ms)}" height="${BAR}" rx="3"/>
  <text class="value" x="${x(ms)}" dx="7" y="${y + 16}">${isLeast ? '≥ ' : ''}${seconds(ms)}</text>`;
  const limit = ([word, ms]) => `  <line class="limit" x1="${x(ms)}" y1="${top + 20}" x2="${x(ms)}" y2="${top + 26 + 2 * BAR}"/>
  <text class="quiet" x="${x(ms)}" y="${top + 40 + 2 * BAR}" text-anchor="middle">${word} ${seconds(ms)}</text>`;
  return [
    `  <text class="name" x="${LEFT}" y="${top + 14}">${name}</text>`,
    ...limits.map(limit),
    bar('pin', pin, top + 22),
    bar('payment', payment, top + 24 + BAR),
  ].join('\n');
}

const legend = (kind, x, words) =>
  `  <rect class="${kind}" x="${x}" y="65" width="12" height="12" rx="2"/><text x="${x + 18}" y="76">${words}</text>`;

function description(groups, { must, goal }) {
  const told = groups.map(({ name, isLeast, pin, payment }) => {
    const word = isLeast ? 'at least ' : '';
    return `${name}: the PIN can be typed after ${word}${seconds(pin)}, the payment sent after ${word}${seconds(payment)}.`;
  });
  return `${told.join(' ')} The PIN of the hosted page must not take longer than ${seconds(must)}; the goal is ${seconds(goal)}.`;
}

const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
