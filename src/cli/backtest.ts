import { Command } from 'commander';
import type { BacktestFlags } from './backtest-work.ts';
import { EXIT_CODES } from './exit.ts';
import { withConfigFlags } from './options.ts';

export function backtestCommand(): Command {
  const command = new Command('backtest')
    .addHelpText('after', EXIT_CODES.task)
    .description(
      "Run all phases on files' own event time, as fast as it goes: the alerts that would have fired",
    )
    .argument(
      '<file...>',
      '.jsonl or .jsonl.gz, conversations in the order of their times; - for standard input',
    )
    .option(
      '--json <out>',
      'alerts, clusters, counts per hour and run time, as JSON (default: standard output)',
    )
    .option('--assignments <out.jsonl>', 'one line a conversation, with the ids of the file');
  return withConfigFlags(command).action(async (files: string[], flags: BacktestFlags) => {
    const { backtest } = await import('./backtest-work.ts');
    process.exitCode = await backtest(files, flags);
  });
}
