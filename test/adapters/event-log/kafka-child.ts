/** A process that copies one topic to another, batch by batch, until it is killed: `node kafka-child.ts '{...}'`. */
import { setTimeout as delay } from 'node:timers/promises';
import { kafkaLog } from '../../support/kafka-log.ts';

export type ChildTask = {
  readonly brokers: readonly string[];
  readonly groupPrefix: string;
  readonly group: string;
  readonly from: string;
  readonly to: string;
};

const task: ChildTask = JSON.parse(process.argv[2] ?? '');
const log = kafkaLog(task.brokers, {
  groupPrefix: task.groupPrefix,
  onProblem: (message) => console.error(message),
});
await log.start();
await log.subscribe({
  group: task.group,
  topic: task.from,
  maxBatch: 10,
  heartbeatMs: 100,
  onError: (error, partition) => console.error(`partition ${partition}: ${error.message}`),
  open: async () => ({
    async handle({ records }) {
      if (records.length > 0) process.stdout.write(`${records.length}\n`);
      await delay(5);
      return records.map(({ key, value }) => ({ topic: task.to, key, value }));
    },
  }),
});
