import { setPriority } from 'node:os';

const NICE = 10;

/**
 * Lets other threads have the processor first, those of this program too: for work that nobody waits for. To be called at the
 * start of a worker, before it starts threads of its own. Linux only: there a priority belongs to a thread, elsewhere to the process.
 */
export function stayInBackground(): void {
  if (process.platform === 'linux') setPriority(0, NICE);
}
