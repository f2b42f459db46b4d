// Searches texts and bytes for PINs, in every form in which a PIN may be written.

/** The written forms of a PIN, each of which the search must find. */
export const FORMS = {
  'as it is': (pin) => pin,
  'in capitals': (pin) => pin.toUpperCase(),
  'in groups': (pin) => grouped(pin, ' '),
  'in groups with no-break spaces': (pin) => grouped(pin, '\u{a0}'),
  'with hyphens': (pin) => grouped(pin, '-'),
  'in an address': (pin) => grouped(pin, '%20'),
  'in a form': (pin) => grouped(pin, '+'),
  'in an address, with hyphens': (pin) => grouped(pin, '%2D'),
  'as bytes of 16 bits': (pin) => [...pin].map((letter) => `${letter}\0`).join(''),
  'in base64': (pin) => Buffer.from(pin).toString('base64'),
  'in hexadecimal': (pin) => Buffer.from(pin).toString('hex'),
};

/** The separators between the groups of a PIN: `\u{c2}` and `\u{a0}` are the bytes of a no-break space. */
const BETWEEN = /(?<=[a-z0-9])(?:[ +-]|\u{c2}?\u{a0}|%20|%2d)(?=[a-z0-9])/giu;
/** The runs of characters long enough to hold a PIN. */
const RUNS = /[a-z0-9+/]{12,}/gi;

/** Returns the PINs that appear in a text or in bytes. */
export function pinsIn(text, pins) {
  const plain = (typeof text === 'string' ? text : text.toString('latin1')).replaceAll('\0', '');
  const runs = [...new Set([plain, plain.replaceAll(BETWEEN, '')].flatMap((one) => one.match(RUNS) ?? []))];
  const [exact, folded] = [runs.join(' '), runs.join(' ').toLowerCase()];
  return [...pins].filter((pin) => {
    const bytes = Buffer.from(pin);
    // The last base64 character depends on the bytes after the PIN, so it is left out.
    const base64 = bytes.toString('base64').slice(0, Math.floor((bytes.length * 8) / 6));
    return folded.includes(pin.toLowerCase()) || folded.includes(bytes.toString('hex')) || exact.includes(base64);
  });
}

const grouped = (pin, mark) => pin.replaceAll(/(.{4})(?=.)/g, `$1${mark}`);
