import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createSystemClock } from '../../../src/adapters/clock/system.ts';
import { createEmbeddedLog } from '../../../src/adapters/event-log/embedded.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { EventLog } from '../../../src/ports/event-log.ts';

export function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'cliowatch-log-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

/** Real time moved by `shift` ms, with timers that come round in 20 ms at most. */
export function hastyClock(): Clock & { shift: number } {
  const system = createSystemClock();
  return {
    ...system,
    shift: 0,
    now() {
      return system.now() + this.shift;
    },
    every: (ms, run) => system.every(Math.min(ms, 20), run),
  };
}

export async function openLog(
  path: string,
  options: { maxBytes?: number; clock?: Clock; onProblem?: (message: string) => void } = {},
): Promise<EventLog> {
  const log = createEmbeddedLog({
    path,
    maxBytes: 1 << 30,
    clock: createSystemClock(),
    onProblem(message) {
      throw new Error(message);
    },
    ...options,
  });
  onTestFinished(() => log.stop());
  await log.start();
  return log;
}

/** Whether any file of the folder has these bytes anywhere, deleted rows and WALs included. */
export function filesContain(folder: string, planted: string): boolean {
  return readdirSync(folder).some((file) => readFileSync(join(folder, file)).includes(planted));
}
