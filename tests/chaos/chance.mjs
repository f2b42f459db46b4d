// Chance that can be repeated: everything a run draws follows from its seed. What meets what still depends on the machine's
// timing, so a seed gives the same shoppers and the same plans, not the same interleaving.

/** Chance of its own for `label`, the same for the same seed. */
export function chanceOf(seed, label = '') {
  const next = mulberry32(hash(`${seed} ${label}`));
  const chance = {
    /** At least 0, below 1. */
    next,
    /** A whole number from `low` to `high`, both included. */
    whole: (low, high) => low + Math.floor(next() * (high - low + 1)),
    /** True in this share of all cases. */
    happens: (share) => next() < share,
    /** One of a list. */
    pick: (list) => list[Math.floor(next() * list.length)],
    /** One of the names of `{name: weight}`. */
    weighed(weights) {
      const names = Object.entries(weights);
      let left = next() * names.reduce((sum, [, weight]) => sum + weight, 0);
      return (names.find(([, weight]) => (left -= weight) < 0) ?? names.at(-1))[0];
    },
    /** 32 hexadecimal digits. */
    key: () => Array.from({ length: 4 }, () => Math.floor(next() * 2 ** 32).toString(16).padStart(8, '0')).join(''),
    /** Chance of its own for something that runs beside this. */
    fork: (name) => chanceOf(seed, `${label}/${name}`),
  };
  return chance;
}

/** Counts by name. */
export class Tally {
  #counts = new Map();

  /** Counts one more, and gives the name. */
  add(name, count = 1) {
    this.#counts.set(name, this.of(name) + count);
    return name;
  }

  of(name) {
    return this.#counts.get(name) ?? 0;
  }

  /** `[name, count]`, by name. */
  entries() {
    return [...this.#counts].sort(([one], [two]) => (one < two ? -1 : 1));
  }
}

/** The well-known generator of 32 bits of state. */
function mulberry32(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** FNV-1a, 32 bits. */
function hash(text) {
  let state = 0x811c9dc5;
  for (const letter of text) state = Math.imul(state ^ letter.codePointAt(0), 0x01000193);
  return state >>> 0;
}
