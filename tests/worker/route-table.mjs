// Reads the table of routes from edge/src/routes.rs, so that a test over all routes misses none.

const METHODS = /^"([A-Z]+)"$/;

/**
 * Returns the routes of this source as `{method, segments}`, where a segment is a text, `null` for any one, or `'..'` for any others.
 * Throws at an arm of the match that it cannot read.
 */
export function routesOf(source) {
  const [, arms] = /match \(segments\.as_slice\(\), method\.as_str\(\)\) \{\n([^]*?)\n {4}\};/.exec(source) ?? [];
  if (!arms) throw new Error('The match over segments and method is not found.');
  const found = [...arms.matchAll(/^ {8}\(\s*\[([^\]]*)\],\s*("\w+"|_),?\s*\) =>/gm)];
  const others = arms.match(/=>/g).length - found.length;
  if (others !== 1 || !/^ {8}_ => Err\(/m.test(arms)) throw new Error(`${others} arms of the match are not read.`);
  return found.flatMap(([, pattern, method]) => {
    const [, name] = METHODS.exec(method) ?? [];
    return name ? pathsOf(pattern).map((segments) => ({ method: name, segments })) : [];
  });
}

/** Returns the lists of segments that a pattern matches: one for each of its alternatives. */
function pathsOf(pattern) {
  const choices = pattern.split(',').map((one) => one.trim()).filter(Boolean).map(choicesOf);
  return choices.reduce((paths, texts) => paths.flatMap((path) => texts.map((text) => [...path, text])), [[]]);
}

function choicesOf(segment) {
  if (segment === '..') return ['..'];
  if (/^\w+$/.test(segment)) return [null];
  const texts = [...segment.matchAll(/"([^"]+)"/g)].map(([, text]) => text);
  const alternatives = texts.map((text) => `"${text}"`).join(' | ');
  if (![alternatives, `(${alternatives})`].includes(segment.replace(/^\w+ @ /, ''))) throw new Error(`The segment ${segment} is not read.`);
  return texts;
}
