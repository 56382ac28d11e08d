import type { Command } from 'commander';
import type { Config } from '../app/config.ts';

export type ConfigFlags = { readonly config?: string; readonly set?: readonly string[] };

/** The flags by which every command takes its settings. */
export function withConfigFlags(command: Command): Command {
  return command
    .option('-c, --config <file>', 'settings that differ from config/default.yaml')
    .option(
      '-s, --set <path=value>',
      'one setting, such as http.port=8080; may be given again',
      (value: string, before: string[] | undefined) => [...(before ?? []), value],
    );
}

/** @param overrides settings that the command itself asks for; a user's --set goes over them */
export async function configOf(flags: ConfigFlags, overrides: readonly string[] = []): Promise<Config> {
  const { loadConfig } = await import('../app/load-config.ts');
  const file = flags.config ?? process.env.CLIOWATCH_CONFIG;
  return loadConfig({
    ...(file === undefined ? {} : { file }),
    environment: process.env,
    flags: [...overrides, ...(flags.set ?? [])],
  });
}
