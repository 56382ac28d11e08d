import { Command, InvalidArgumentError, Option } from 'commander';
import { EXIT, EXIT_CODES } from './exit.ts';
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
    .addHelpText('after', EXIT_CODES.task)
    .description('Send the conversations of files to a running cliowatch, or to Kafka')
    .argument('<file...>', '.jsonl or .jsonl.gz; - for standard input')
    .addOption(
      new Option('--speed <n>', 'times the clock of the events, or max')
        .argParser(parseSpeed)
        .default(Number.POSITIVE_INFINITY, 'max'),
    )
    .option(
      '--to <target>',
      'an address of a running cliowatch, or kafka (settings of log.kafka)',
      'http://127.0.0.1:8642',
    )
    .option(
      '--batch',
      'first have all summarized by message batches, for half the price and within 24 hours, into claude.cache_file',
    )
    .option(
      '--metrics <file>',
      'with --batch: tokens and dollars by stage and model, as a textfile for node_exporter',
    )
    .option('--token <token>', 'bearer token with role ingest (or CLIOWATCH_TOKEN)');
  return withConfigFlags(command).action(async (files: string[], flags: ReplayFlags) => {
    const { replay } = await import('./replay-work.ts');
    const code = await replay(files, flags);
    // All is said and sent; a broker that does not answer would be waited for once more.
    if (code === EXIT.interrupted) process.exit(code);
    process.exitCode = code;
  });
}
