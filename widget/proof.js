// Solves a proof of work (edge/core/src/proof_of_work.rs), as a Worker: the page stays responsive. Receives a puzzle, and answers with a
// proof.

/** The number of concurrent digests: one by one, most of the time would be spent between threads. */
const BATCH = 64;
/** After this time the puzzle counts as solved without a proof. */
const LONGEST_MS = 60_000;

addEventListener('message', async ({ data: puzzle }) => {
  const bits = Number(puzzle.split('.')[1]);
  const encoder = new TextEncoder();
  for (let nonce = 0; performance.now() < LONGEST_MS; nonce += BATCH) {
    const proofs = Array.from({ length: BATCH }, (_, i) => `${puzzle}:${nonce + i}`);
    const hashes = await Promise.all(proofs.map((proof) => crypto.subtle.digest('SHA-256', encoder.encode(proof))));
    const solved = hashes.findIndex((hash) => Math.clz32(new DataView(hash).getUint32(0)) >= bits);
    if (solved >= 0) {
      postMessage(proofs[solved]);
      return close();
    }
  }
});
