import { parse, YAMLParseError } from 'yaml';
import { CliowatchError } from '../domain/errors.ts';

export function firstLine(error: Error): string {
  return (error.message.split('\n')[0] ?? '').replace(/:$/, '');
}

/** A value as YAML: numbers, lists and null are what they look like. A secret is taken as it stands, whatever it looks like. */
export function readValue(source: string, path: readonly string[], text: string): unknown {
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
