// Proves what the Worker asks for: work, or that a person is there. The widget's wasm calls `prove`. The build replaces PROOF and
// TURNSTILE with the names of proof.js and turnstile.js.

/**
 * Returns a promise of the proof for a puzzle; one that is an address is Turnstile's. Where there is no proof, the puzzle counts as
 * solved after `waitMs`.
 */
export function prove(puzzle, waitMs) {
  return new Promise((resolve) => {
    setTimeout(resolve, waitMs, `${puzzle}:`);
    if (puzzle[0] === 'h') return import(new URL(TURNSTILE, import.meta.url)).then(({ solve }) => solve(puzzle, Date.now() + waitMs, resolve));
    const worker = new Worker(new URL(PROOF, import.meta.url));
    worker.onmessage = ({ data }) => resolve(data);
    worker.postMessage(puzzle);
  });
}
