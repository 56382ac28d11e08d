import { Command } from 'commander';
import { EXIT_CODES } from './exit.ts';
import { type ConfigFlags, configOf, withConfigFlags } from './options.ts';

export function configCommand(): Command {
  const check = new Command('check')
    .addHelpText('after', EXIT_CODES.task)
    .description(
      'Say whether the settings are right for `run`, and what they are after file, environment and flags',
    )
    .option('-q, --quiet', 'only say whether they are right');
  return new Command('config').description('Settings').addCommand(
    withConfigFlags(check).action(async (flags: ConfigFlags & { quiet?: boolean }) => {
      const config = await configOf(flags);
      const [{ stringify }, { checkStart }, { ALL_ROLES }] = await Promise.all([
        import('yaml'),
        import('../app/check-start.ts'),
        import('../pipeline/roles.ts'),
      ]);
      checkStart(config, ALL_ROLES);
      if (flags.quiet !== true) process.stdout.write(stringify(withoutSecrets(config)));
      process.stderr.write('settings are right\n');
    }),
  );
}

const SECRET = /^(key|api_key|password|secret|token)$/;

/** The same tree with every secret that is set replaced by a word. */
function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      SECRET.test(key) && inner !== null ? '(hidden)' : withoutSecrets(inner),
    ]),
  );
}
