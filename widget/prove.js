// Computes proofs of work. The widget's wasm calls `prove`. The build replaces PROOF with the name of proof.js.

/** Returns a promise of the proof for a puzzle. Where none can be computed, the puzzle counts as solved after `waitMs`. */
export function prove(puzzle, waitMs) {
  return new Promise((resolve) => {
    setTimeout(resolve, waitMs, `${puzzle}:`);
    const worker = new Worker(new URL(PROOF, import.meta.url));
    worker.onmessage = ({ data }) => resolve(data);
    worker.postMessage(puzzle);
  });
}
