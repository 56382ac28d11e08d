import { Command, InvalidArgumentError } from 'commander';
import { createSystemClock } from '../adapters/clock/system.ts';
import { createLogger } from '../adapters/telemetry/logger.ts';
import { createTelemetry } from '../adapters/telemetry/telemetry.ts';
import { makeLog } from '../app/adapters.ts';
import { topicNames, topicSpecs } from '../pipeline/topics.ts';
import { EXIT_CODES } from './exit.ts';
import { type ConfigFlags, configOf, withConfigFlags } from './options.ts';

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('must be a whole number from 1');
  return count;
}

export function topicsCommand(): Command {
  const create = new Command('create')
    .addHelpText('after', EXIT_CODES.task)
    .description('Create the topics that are missing, the input topic too')
    .option('-p, --partitions <n>', 'partitions of the input, and so of points', parseCount, 4);
  return new Command('topics').description('Topics on Kafka').addCommand(
    withConfigFlags(create).action(async (flags: ConfigFlags & { partitions: number }) => {
      const config = configOf(flags);
      const clock = createSystemClock();
      const log = makeLog(config, clock, createTelemetry(createLogger(config.logging), clock.now));
      await log.start();
      try {
        const topics = topicNames(config.intake.topic, config.log.prefix);
        // An input topic that is there already decides: points must have its partitions.
        const there = await log.partitionCount(topics.conversations);
        const created = await log.createTopics(topicSpecs(topics, there > 0 ? there : flags.partitions));
        process.stdout.write(
          created.length === 0 ? 'all topics are there\n' : `created ${created.join(', ')}\n`,
        );
      } finally {
        await log.stop();
      }
    }),
  );
}
