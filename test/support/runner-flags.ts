import { parseArgs } from 'node:util';

/**
 * What the runners of benches and evaluations are told; with --help it says what may be told, and ends.
 * @param parts names that --only may say, and what each is about
 * @throws Error for a name that is none of them
 */
export function runnerFlags(
  command: string,
  parts: ReadonlyMap<string, string>,
): { readonly quick: boolean; readonly only: readonly string[] } {
  const { quick, only, help } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  }).values;
  if (help) {
    const lines = [...parts].map(([name, about]) => `  ${name.padEnd(28)} ${about}\n`);
    process.stdout.write(`${command} [-- --quick] [--only NAME]...\n\n${lines.join('')}`);
    process.exit();
  }
  const unknown = only.find((name) => !parts.has(name));
  if (unknown !== undefined) throw new Error(`--only ${unknown}: there are ${[...parts.keys()].join(', ')}`);
  return { quick, only };
}
