/** default.yaml < file < environment < flags, then one strict check that names path, value and what is allowed. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse, YAMLParseError } from 'yaml';
import type { z } from 'zod';
import { CliowatchError } from '../domain/errors.ts';
import type { Config } from './config.ts';
import { configSchema } from './config-rules.ts';
import { fromEnvironment } from './environment.ts';
import { firstLine, readValue } from './read-value.ts';
import { isTree, merge, put, type Tree, valueAt } from './tree.ts';

export const DEFAULT_CONFIG = fileURLToPath(new URL('../../config/default.yaml', import.meta.url));

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
      issue.code === 'unrecognized_keys' ? `unknown setting${knownAt(path, defaults)}` : said(issue);
    const value = valueAt(merged, at);
    // One value where several settings belong may be one of them, and a secret one.
    const misplaced = isTree(valueAt(defaults, at)) && !isTree(value);
    return `${name} = ${misplaced ? `(${typeof value})` : shown(name, value)} (from ${from}): ${what}`;
  });
  throw new CliowatchError('config/invalid', faults.join('\n'), {
    remedy: 'every setting, with its default and why: config/default.yaml',
  });
}

/** Of a name that may not be one: what names may be. */
function said(issue: z.core.$ZodIssue): string {
  const inner = issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined;
  return inner ?? issue.message;
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
