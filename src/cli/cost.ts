import { Command } from 'commander';
import type { CostFlags } from './cost-work.ts';
import { EXIT_CODES } from './exit.ts';
import { withConfigFlags } from './options.ts';

export function costCommand(): Command {
  const estimate = new Command('estimate')
    .addHelpText('after', EXIT_CODES.task)
    .description('Say what conversations would cost with Claude, without a call: tokens by their characters')
    .argument('<file...>', '.jsonl or .jsonl.gz; - for standard input')
    .option('--json', 'as JSON instead of a table');
  return new Command('cost').description('What Claude costs').addCommand(
    withConfigFlags(estimate).action(async (files: string[], flags: CostFlags) => {
      const { estimateCost } = await import('./cost-work.ts');
      process.exitCode = await estimateCost(files, flags);
    }),
  );
}
