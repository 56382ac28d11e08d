import { Command, InvalidArgumentError } from 'commander';
import type { App } from '../app/compose.ts';
import { ALL_ROLES } from '../pipeline/roles.ts';
import type { Role } from '../ports/telemetry.ts';
import { EXIT, EXIT_CODES, explain, interrupted } from './exit.ts';
import { type ConfigFlags, configOf, withConfigFlags } from './options.ts';
import { VERSION } from './version.ts';

function parseRoles(text: string): Role[] {
  const known = new Set<string>(ALL_ROLES);
  const roles = text.split(',').map((role) => role.trim());
  for (const role of roles) {
    if (!known.has(role))
      throw new InvalidArgumentError(`no role "${role}"; there are ${ALL_ROLES.join(', ')}`);
  }
  return ALL_ROLES.filter((role) => roles.includes(role));
}

/** SIGHUP ends a process that does not listen: one that comes during the start is kept for when it is over. */
function hangups(): { on(listener: () => void): void } {
  let came = false;
  let heard = (): void => {
    came = true;
  };
  process.on('SIGHUP', () => heard());
  return {
    on(listener) {
      heard = listener;
      if (came) listener();
    },
  };
}

/** What is wrong is said, and all stays as it was. */
async function reload(app: Pick<App, 'reload'>, flags: ConfigFlags): Promise<void> {
  try {
    app.reload(await configOf(flags));
  } catch (error) {
    explain(error);
  }
}

export function runCommand(): Command {
  const command = new Command('run')
    .addHelpText('after', EXIT_CODES.service)
    .description(
      'Run the pipeline: all roles in this process, or some of them; SIGHUP reads the watches of the settings anew',
    )
    .option('-r, --roles <list>', `of ${ALL_ROLES.join(', ')}`, parseRoles, [...ALL_ROLES]);
  return withConfigFlags(command).action(async (flags: ConfigFlags & { roles: Role[] }) => {
    const stop = interrupted();
    const hup = hangups();
    const config = await configOf(flags);
    const { startApp } = await import('../app/compose.ts');
    const app = await startApp({ config, roles: flags.roles, version: VERSION, signal: stop.signal });
    process.stderr.write(`cliowatch: ${app.url}\n`);
    hup.on(() => void reload(app, flags));
    await stop.promise;
    await app.stop();
    process.exitCode = EXIT.done;
  });
}
