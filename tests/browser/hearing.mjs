// A shopper who uses a screen reader: the accessibility tree of a page, and the announcements while the page changes.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { until } from '../support/until.mjs';

/** Marks that keep right-to-left text in order, and are silent. */
const SILENT = /[\u200e\u200f\u2066-\u2069]/g;
/** Returns a text as it is spoken: without silent marks, spaces collapsed. */
export const bare = (text) => text.replaceAll(SILENT, '').replaceAll(/\s+/g, ' ').trim();

/** The roles with a name of their own; the text inside is that name. */
const NAMED = ['heading', 'radio', 'textbox', 'button', 'link', 'DisclosureTriangle', 'LabelText', 'Legend'];
const SAID = { DisclosureTriangle: 'summary', StaticText: 'text' };

/**
 * Returns the accessibility tree from top to bottom, one line each: role, name, states, and description after a colon. Live
 * regions are left out, which `listenTo` covers, and the choice of language at the foot, which open-page.test.mjs covers.
 */
export async function read(page) {
  const tools = await page.context().newCDPSession(page);
  const { nodes } = await tools.send('Accessibility.getFullAXTree');
  await tools.detach();
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const lines = [];
  (function visit(node, within) {
    const role = node.role?.value;
    if (['status', 'alert', 'contentinfo'].includes(role)) return;
    const name = bare(node.name?.value ?? '');
    const isHeard = role === 'StaticText' ? !within : NAMED.includes(role) || (['group', 'list'].includes(role) && name);
    if (!node.ignored && isHeard && !['LabelText', 'Legend'].includes(role)) lines.push(line(SAID[role] ?? role, name, node));
    for (const id of node.childIds ?? []) visit(byId.get(id), within || NAMED.includes(role));
  })(nodes[0], false);
  return lines;
}

function line(role, name, { properties = [], description }) {
  const has = (property) => properties.find((one) => one.name === property)?.value.value;
  const states = [
    has('level'), has('required') && 'required', has('readonly') && 'readonly', has('invalid') === 'true' && 'invalid',
    has('checked') === 'true' && 'checked', has('disabled') && 'disabled', has('expanded') && 'expanded',
  ].filter(Boolean);
  const about = bare(description?.value ?? '');
  return `${[role, `"${name}"`, ...states].join(' ')}${about && `: ${about}`}`;
}

/** Returns the texts of a language: `say(name, gaps)` returns one of them, filled in; `count` does so for the counted ones. */
export function texts(language) {
  const words = JSON.parse(readFileSync(join(ROOT, `www/dist/words/${language}.json`), 'utf8'));
  return (name, gaps = {}) => {
    const word = words[name];
    const form = typeof word === 'string' ? word : word[new Intl.PluralRules(language).select(gaps.count)];
    return bare(form.replaceAll(/\{(\w+)\}/g, (_, gap) => gaps[gap]));
  };
}

/**
 * Listens to all live regions of a page and its frames, from before their scripts run: every text put into one is spoken,
 * including the text that was there before. Fails when two regions of a document say the same at the same time. `heard()`
 * returns everything spoken so far.
 */
export async function listenTo(page) {
  const spoken = [];
  await page.exposeBinding('spoken', (_, texts) => spoken.push(texts.map(bare)));
  await page.addInitScript(() => {
    const LIVE = '[role=status], [role=alert], [aria-live]';
    const isHeard = (region) => region.textContent.trim() && region.checkVisibility() && !region.closest('[aria-hidden=true]');
    new MutationObserver((changes) => {
      // The initial content of a page is read with the page.
      if (document.readyState === 'loading') return;
      const changed = new Set();
      for (const { target, addedNodes } of changes) {
        changed.add((target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement)?.closest(LIVE));
        for (const node of addedNodes) {
          if (node.matches?.(LIVE)) changed.add(node);
          node.querySelectorAll?.(LIVE).forEach((region) => changed.add(region));
        }
      }
      for (const region of changed) {
        if (!region?.isConnected || !isHeard(region)) continue;
        const others = [...document.querySelectorAll(LIVE)].filter((other) => other !== region && isHeard(other));
        window.spoken([region.textContent, ...others.map((other) => other.textContent)]);
      }
    }).observe(document, { subtree: true, childList: true, characterData: true });
  });
  const heard = () => {
    for (const [text, ...others] of spoken) {
      for (const other of others) assert.ok(!other.includes(text) && !text.includes(other), `announced twice at the same time: ${text}`);
    }
    return spoken.map(([text]) => text);
  };
  return {
    heard,
    /** Waits until this number of texts was spoken, and fails when they differ from these. */
    async hears(...texts) {
      await until(heard, ({ length }) => length >= texts.length);
      assert.deepEqual(heard(), texts);
    },
  };
}
