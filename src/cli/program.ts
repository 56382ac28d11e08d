/** cliowatch: flags → settings → one command. What a command needs is loaded when it runs: help must not wait for it. */
import { Command, CommanderError } from 'commander';
import { backtestCommand } from './backtest.ts';
import { configCommand } from './config.ts';
import { costCommand } from './cost.ts';
import { demoCommand } from './demo.ts';
import { EXIT, EXIT_CODES, explain } from './exit.ts';
import { replayCommand } from './replay.ts';
import { runCommand } from './run.ts';
import { topicsCommand } from './topics.ts';
import { VERSION, versionCommand } from './version.ts';

const program = new Command('cliowatch')
  .description(
    'Clio, live: privacy-safe clusters of assistant conversations, and growth alerts within minutes',
  )
  .version(VERSION)
  .addHelpText('after', EXIT_CODES.all)
  .addCommand(runCommand())
  .addCommand(demoCommand())
  .addCommand(replayCommand())
  .addCommand(backtestCommand())
  .addCommand(costCommand())
  .addCommand(topicsCommand())
  .addCommand(configCommand())
  .addCommand(versionCommand());

function overrideExits(command: Command): void {
  command.exitOverride();
  for (const inner of command.commands) overrideExits(inner);
}
overrideExits(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
  else process.exitCode = explain(error);
  // What was being opened when it was interrupted, such as a connection to brokers that are gone, is not waited for.
  if (process.exitCode === EXIT.interrupted) process.exit();
}
