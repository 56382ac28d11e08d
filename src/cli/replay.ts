import { Command, InvalidArgumentError } from 'commander';
import { withConfigFlags } from './options.ts';
import type { ReplayFlags } from './replay-work.ts';

function parseSpeed(text: string): number {
  if (text === 'max') return Number.POSITIVE_INFINITY;
  const speed = Number(text);
  if (!(speed > 0)) throw new InvalidArgumentError('must be a number above 0, or max');
  return speed;
}

export function replayCommand(): Command {
  const command = new Command('replay')
    .description('Send the conversations of files to a running cliowatch, or to Kafka')
    .argument('<file...>', '.jsonl or .jsonl.gz; - for standard input')
    .option('--speed <n>', 'times the clock of the events, or max', parseSpeed, Number.POSITIVE_INFINITY)
    .option(
      '--to <target>',
      'an address of a running cliowatch, or kafka (settings of log.kafka)',
      'http://127.0.0.1:8642',
    )
    .option('--token <token>', 'bearer token with role ingest (or CLIOWATCH_TOKEN)');
  return withConfigFlags(command).action(async (files: string[], flags: ReplayFlags) => {
    const { replay } = await import('./replay-work.ts');
    process.exitCode = await replay(files, flags);
  });
}
