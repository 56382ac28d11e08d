/** default.yaml < file < environment < flags, then one strict check that names path, value and what is allowed. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse, YAMLParseError } from 'yaml';
import { CliowatchError } from '../domain/errors.ts';
import { type Config, configSchema } from './config.ts';

type Tree = { [key: string]: unknown };

export const DEFAULT_CONFIG = fileURLToPath(new URL('../../config/default.yaml', import.meta.url));

const ENVIRONMENT = 'CLIOWATCH_';

export type ConfigSources = {
  readonly file?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `path=value` settings from --set, and overrides that a command makes. */
  readonly flags?: readonly string[];
};

/** @throws CliowatchError `config/invalid` with every fault, one a line */
export function loadConfig(sources: ConfigSources): Config {
  const defaults = readYaml(DEFAULT_CONFIG);
  const layers: { name: string; tree: Tree }[] = [{ name: DEFAULT_CONFIG, tree: defaults }];
  if (sources.file !== undefined) layers.push({ name: sources.file, tree: readYaml(sources.file) });
  layers.push({ name: 'environment', tree: fromEnvironment(sources.environment, defaults) });
  layers.push({ name: 'flags', tree: fromFlags(sources.flags ?? []) });
  const merged = layers.reduce<Tree>((tree, layer) => merge(tree, layer.tree), {});
  const parsed = configSchema.safeParse(merged);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => {
    const path = issue.path.map(String);
    const at = issue.code === 'unrecognized_keys' ? [...path, issue.keys[0] ?? ''] : path;
    const from = layers.findLast((layer) => valueAt(layer.tree, at) !== undefined)?.name ?? 'nowhere';
    const name = at.join('.');
    const what =
      issue.code === 'unrecognized_keys' ? `unknown setting${knownAt(path, defaults)}` : issue.message;
    const value = valueAt(merged, at);
    // One value where several settings belong may be one of them, and a secret one.
    const misplaced = isTree(valueAt(defaults, at)) && !isTree(value);
    return `${name} = ${misplaced ? `(${typeof value})` : shown(name, value)} (from ${from}): ${what}`;
  });
  throw new CliowatchError('config/invalid', faults.join('\n'), {
    remedy: 'every setting, with its default and why: config/default.yaml',
  });
}

function knownAt(path: readonly string[], defaults: Tree): string {
  const known = valueAt(defaults, path);
  return isTree(known) ? `; known here: ${Object.keys(known).join(', ')}` : '';
}

/** Names of secrets, also misspelt ones, and all that lies below them. */
const SECRET = /key|token|secret|passw|credential/i;
/** Settings among those that say nothing secret. */
const OPEN = /(^tokens\.mode|_file|\.name|\.roles(\.\d+)?)$/;

/** Secrets are named, never shown; nor is what stands where a secret belongs. */
function shown(name: string, value: unknown): string {
  if (SECRET.test(name) && !OPEN.test(name) && value !== null) return '(hidden)';
  const hideInner = (key: string, inner: unknown) =>
    SECRET.test(key) && inner !== null ? '(hidden)' : inner;
  return JSON.stringify(value, hideInner) ?? 'undefined';
}

function readYaml(path: string): Tree {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new CliowatchError('config/unreadable', `cannot read ${path}`, { value: path, cause });
  }
  try {
    const tree: unknown = parse(text);
    if (tree === null || tree === undefined) return {};
    if (isTree(tree)) return tree;
    throw new CliowatchError('config/invalid', `${path}: must hold settings by name`, { value: tree });
  } catch (cause) {
    if (!(cause instanceof YAMLParseError)) throw cause;
    // The first line says what and where; those after it quote the file, which may hold secrets.
    throw new CliowatchError('config/invalid', `${path}: ${firstLine(cause)}`, { value: path });
  }
}

function firstLine(error: Error): string {
  return (error.message.split('\n')[0] ?? '').replace(/:$/, '');
}

/** A value as YAML: numbers, lists and null are what they look like. A secret is taken as it stands, whatever it looks like. */
function readValue(source: string, path: readonly string[], text: string): unknown {
  if (/^(key|api_key|password|secret|token)$/.test(path.at(-1) ?? '')) {
    return text === '' || text === 'null' ? null : text;
  }
  try {
    return parse(text);
  } catch (cause) {
    if (!(cause instanceof YAMLParseError)) throw cause;
    throw new CliowatchError('config/invalid', `${source}: ${firstLine(cause)}`, { value: source });
  }
}

/** CLIOWATCH_HTTP__PORT=8080 → http.port = 8080. */
function fromEnvironment(environment: ConfigSources['environment'], defaults: Tree): Tree {
  const tree: Tree = {};
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith(ENVIRONMENT) || value === undefined) continue;
    const path = name.slice(ENVIRONMENT.length).toLowerCase().split('__');
    // Only settings: other variables of ours, such as CLIOWATCH_CONFIG, are not meant here.
    if (path.length === 1 && valueAt(defaults, path) === undefined) continue;
    put(tree, path, readValue(name, path, value));
  }
  const key = environment.ANTHROPIC_API_KEY;
  if (key !== undefined && key !== '' && valueAt(tree, ['claude', 'api_key']) === undefined) {
    put(tree, ['claude', 'api_key'], key);
  }
  return tree;
}

function fromFlags(flags: readonly string[]): Tree {
  const tree: Tree = {};
  for (const flag of flags) {
    const at = flag.indexOf('=');
    if (at <= 0) {
      throw new CliowatchError(
        'config/invalid',
        `--set ${flag}: must be path=value, such as http.port=8080`,
        { value: flag },
      );
    }
    const path = flag.slice(0, at).split('.');
    put(tree, path, readValue(`--set ${flag.slice(0, at)}`, path, flag.slice(at + 1)));
  }
  return tree;
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueAt(tree: Tree, path: readonly string[]): unknown {
  let value: unknown = tree;
  for (const key of path) {
    if (Array.isArray(value)) value = value[Number(key)];
    else if (isTree(value) && Object.hasOwn(value, key)) value = value[key];
    else return undefined;
  }
  return value;
}

function put(tree: Tree, path: readonly string[], value: unknown): void {
  let at = tree;
  for (const key of path.slice(0, -1)) {
    const inner = Object.hasOwn(at, key) ? at[key] : undefined;
    const next: Tree = isTree(inner) ? inner : {};
    at[key] = next;
    at = next;
  }
  at[path.at(-1) ?? ''] = value;
}

/** Maps are merged, everything else is replaced. */
function merge(under: Tree, over: Tree): Tree {
  const merged: Tree = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isTree(below) && isTree(value) ? merge(below, value) : value;
  }
  return merged;
}
