// Keeps the Worker's storage in memory where the machine can: SIGKILL leaves a file system alone, so that a disk would prove no more,
// and waiting for it would be most of a run.
import { accessSync, constants, statfsSync } from 'node:fs';

const MEMORY = '/dev/shm';
/** A long run stores less than this; a container may have hardly anything there. */
const ENOUGH_BYTES = 4_000_000_000;

/** From here on, temporary folders are in memory. */
export function storeInMemory() {
  try {
    accessSync(MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(MEMORY);
    if (bavail * bsize >= ENOUGH_BYTES) process.env.TMPDIR = MEMORY;
  } catch {
    // This machine has no such place; its disk does as well.
  }
}
