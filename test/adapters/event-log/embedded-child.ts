/**
 * A process to be killed. Publishes numbers from argument 2 on, one call after another, and writes each to standard output
 * once it is acknowledged; meanwhile copies what it reads to `out`.
 */
import { writeSync } from 'node:fs';
import { createSystemClock } from '../../../src/adapters/clock/system.ts';
import { createEmbeddedLog } from '../../../src/adapters/event-log/embedded.ts';

const [, , path = '', from = '0'] = process.argv;
const log = createEmbeddedLog({
  path,
  maxBytes: 1 << 30,
  clock: createSystemClock(),
  onProblem(message) {
    throw new Error(message);
  },
});
await log.start();
await log.subscribe({
  group: 'copy',
  topic: 'in',
  maxBatch: 7,
  heartbeatMs: 1_000,
  onError(error) {
    throw error;
  },
  open: async () => ({
    handle: async ({ records }) => records.map(({ key, value }) => ({ topic: 'out', key, value })),
  }),
});
const padding = 'x'.repeat(2_000);
for (let n = Number(from); ; n++) {
  await log.publish([{ topic: 'in', key: String(n), value: padding }]);
  writeSync(1, `${n}\n`);
}
