// Repeatable random choices: every choice of a run follows from its seed. Interleaving still depends on the machine's timing, so
// a seed reproduces the shoppers and their plans, but not the order in which their calls meet.

/** Returns a random generator for `label`, the same for the same seed. */
export function chanceOf(seed, label = '') {
  const next = mulberry32(hash(`${seed} ${label}`));
  const chance = {
    /** Returns a number of at least 0 and below 1. */
    next,
    /** Returns a whole number from `low` to `high`, both included. */
    whole: (low, high) => low + Math.floor(next() * (high - low + 1)),
    /** Returns true in this share of all calls. */
    happens: (share) => next() < share,
    /** Returns one item of a list. */
    pick: (list) => list[Math.floor(next() * list.length)],
    /** Returns one of the names of `{name: weight}`. */
    weighted(weights) {
      const names = Object.entries(weights);
      let left = next() * names.reduce((sum, [, weight]) => sum + weight, 0);
      return (names.find(([, weight]) => (left -= weight) < 0) ?? names.at(-1))[0];
    },
    /** Returns 32 hexadecimal digits. */
    key: () => Array.from({ length: 4 }, () => Math.floor(next() * 2 ** 32).toString(16).padStart(8, '0')).join(''),
    /** Returns an independent generator for a concurrent task. */
    fork: (name) => chanceOf(seed, `${label}/${name}`),
  };
  return chance;
}

/** Counters by name. */
export class Tally {
  #counts = new Map();

  /** Adds `count` to the name's counter, and returns the name. */
  add(name, count = 1) {
    this.#counts.set(name, this.of(name) + count);
    return name;
  }

  of(name) {
    return this.#counts.get(name) ?? 0;
  }

  /** Returns `[name, count]` of all names, sorted by name. */
  entries() {
    return [...this.#counts].sort(([one], [two]) => (one < two ? -1 : 1));
  }
}

/** Returns a mulberry32 generator, which has 32 bits of state. */
function mulberry32(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Returns the FNV-1a hash, 32 bits. */
function hash(text) {
  let state = 0x811c9dc5;
  for (const letter of text) state = Math.imul(state ^ letter.codePointAt(0), 0x01000193);
  return state >>> 0;
}
