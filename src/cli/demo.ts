import { Command, InvalidArgumentError } from 'commander';
import type { DemoFlags } from './demo-work.ts';
import { EXIT_CODES } from './exit.ts';
import { withConfigFlags } from './options.ts';

function above0(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('must be a number above 0');
  return value;
}

export function demoCommand(): Command {
  const command = new Command('demo')
    .addHelpText('after', EXIT_CODES.service)
    .description(
      'Show everything on made-up traffic: some days of history, then live at an accelerated clock',
    )
    .option('--from <file>', 'real conversations instead, .jsonl or .jsonl.gz in the order of their times')
    .option('--speed <n>', 'event seconds a second once live', above0, 120)
    .option('--days <n>', 'days of history before it goes live', above0, 3)
    .option('--per-hour <n>', 'made-up conversations an hour', above0, 420);
  return withConfigFlags(command).action(async (flags: DemoFlags) => {
    const { demo } = await import('./demo-work.ts');
    process.exitCode = await demo(flags);
  });
}
