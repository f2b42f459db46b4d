// Keeps the Worker's storage in memory where the machine can: SIGKILL leaves a file system alone, so that a disk would prove no more,
// and waiting for it would be most of a run.
import { accessSync, constants } from 'node:fs';

const MEMORY = '/dev/shm';

/** From here on, temporary folders are in memory. */
export function storeInMemory() {
  try {
    accessSync(MEMORY, constants.W_OK);
    process.env.TMPDIR = MEMORY;
  } catch {
    // This machine has no such place; its disk does as well.
  }
}
