// Keeps the Worker's storage in memory where the machine can: SIGKILL does not affect a file system, so a disk would prove no
// more, and waiting for it would take most of a run.
import { accessSync, constants, statfsSync } from 'node:fs';

const MEMORY = '/dev/shm';
/** The free space required, more than a long run stores; a container may have little. */
const ENOUGH_BYTES = 4_000_000_000;

/** Places temporary folders in memory from here on. */
export function storeInMemory() {
  try {
    accessSync(MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(MEMORY);
    if (bavail * bsize >= ENOUGH_BYTES) process.env.TMPDIR = MEMORY;
  } catch {
    // The machine has no /dev/shm; its disk is used.
  }
}
