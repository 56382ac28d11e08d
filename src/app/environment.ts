/** Settings that come by environment variables. */
import { nearest } from '../algorithms/nearest.ts';
import { CliowatchError } from '../domain/errors.ts';
import { readValue } from './read-value.ts';
import { isTree, put, type Tree, valueAt } from './tree.ts';

const PREFIX = 'CLIOWATCH_';

/** No settings, but read: by the command line, and by docker-compose.yml, whose shell may start us too. */
const OTHERS = new Set([
  'CLIOWATCH_CONFIG',
  'CLIOWATCH_STACK',
  'CLIOWATCH_TOKEN',
  'CLIOWATCH_METRICS_TOKEN',
  'CLIOWATCH_OPERATOR_TOKEN',
  'CLIOWATCH_PUBLIC_URL',
]);

/** Kubernetes puts these into every container beside a service called cliowatch or cliowatch-something. */
function isServiceLink(name: string, value: string): boolean {
  return (
    /_SERVICE_(HOST|PORT)(_|$)|_PORT_\d+_(TCP|UDP|SCTP)(_|$)/.test(name) || /^(tcp|udp|sctp):\/\//.test(value)
  );
}

/**
 * CLIOWATCH_HTTP__PORT=8080 → http.port = 8080.
 * @throws CliowatchError `config/invalid` for a variable of ours that is no setting
 */
export function fromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  defaults: Tree,
): Tree {
  const tree: Tree = {};
  const unknown: string[] = [];
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith(PREFIX) || value === undefined || OTHERS.has(name)) continue;
    const path = name.slice(PREFIX.length).toLowerCase().split('__');
    // Below a part that exists, the check of all settings names what is known there.
    if (valueAt(defaults, path.slice(0, 1)) !== undefined) put(tree, path, readValue(name, path, value));
    else if (!isServiceLink(name, value)) unknown.push(name);
  }
  if (unknown.length > 0) throw refusal(unknown, defaults);
  const key = environment.ANTHROPIC_API_KEY;
  if (key !== undefined && key !== '' && valueAt(tree, ['claude', 'api_key']) === undefined) {
    put(tree, ['claude', 'api_key'], key);
  }
  return tree;
}

/** A variable that is passed over is a setting that somebody believes in. */
function refusal(unknown: readonly string[], defaults: Tree): CliowatchError {
  const known = namesOf(defaults);
  const faults = unknown.map((name) => `${name}: is no setting; the nearest is ${nearest(name, known)}`);
  return new CliowatchError('config/invalid', faults.join('\n'), {
    value: unknown,
    remedy:
      'CLIOWATCH_ and the path in capitals, two underscores between parts; all settings: config/default.yaml',
  });
}

function namesOf(tree: Tree, prefix = PREFIX): string[] {
  return Object.entries(tree).flatMap(([key, value]) => {
    const name = `${prefix}${key.toUpperCase()}`;
    return isTree(value) ? namesOf(value, `${name}__`) : [name];
  });
}
