import { Command, InvalidArgumentError } from 'commander';
import type { Config } from '../app/config.ts';
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
      process.stdout.write(await createTopics(await configOf(flags), flags.partitions));
    }),
  );
}

/** Answers with what it did, for people. */
async function createTopics(config: Config, partitions: number): Promise<string> {
  const { createSystemClock } = await import('../adapters/clock/system.ts');
  const { createLogger } = await import('../adapters/telemetry/logger.ts');
  const { createTelemetry } = await import('../adapters/telemetry/telemetry.ts');
  const { makeLog } = await import('../app/adapters.ts');
  const { topicNames, topicSpecs } = await import('../pipeline/topics.ts');
  const clock = createSystemClock();
  const log = makeLog(config, clock, createTelemetry(createLogger(config.logging), clock.now));
  await log.start();
  try {
    const topics = topicNames(config.intake.topic, config.log.prefix, config.intake.repartition);
    // An input topic that is there already decides: points must have its partitions.
    const there = await log.partitionCount(topics.input);
    const created = await log.createTopics(
      topicSpecs(topics, there > 0 ? there : partitions, config.intake.max_bytes),
    );
    return created.length === 0 ? 'all topics are there\n' : `created ${created.join(', ')}\n`;
  } finally {
    await log.stop();
  }
}
