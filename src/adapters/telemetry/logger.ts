import { type Logger, pino } from 'pino';

/**
 * Log lines, on standard error unless told otherwise, so that standard output stays for what a command answers.
 * Secrets are never written.
 */
export function createLogger(
  options: { level: string; format: 'json' | 'pretty' },
  out: { write(text: string): unknown } = pino.destination({ dest: 2, sync: true }),
): Logger {
  const settings = { level: options.level, base: null, formatters: { log: withoutSecrets } };
  if (options.format === 'json') return pino(settings, { write: (line: string) => void out.write(line) });
  return pino(settings, { write: (line: string) => void out.write(readable(line)) });
}

const SECRET = /^(key|api_?key|password|secret|token|authorization)$/i;

/** Fields with the values of secrets replaced, however deep they lie. */
function withoutSecrets(fields: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(fields).map(([name, value]): [string, unknown] => [
    name,
    SECRET.test(name) && value !== null ? '(hidden)' : hideWithin(value),
  ]);
  return Object.fromEntries(entries);
}

function hideWithin(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hideWithin);
  // Others know how to write themselves: dates, buffers, errors.
  return isPlain(value) ? withoutSecrets(value) : value;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

const LEVELS: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
};

/** One line a person can read: time, level, message, then the rest. */
function readable(line: string): string {
  const { level, time, msg, ...rest }: Record<string, unknown> = JSON.parse(line);
  const clock = new Date(Number(time)).toISOString().slice(11, 19);
  const fields = Object.entries(rest).map(([key, value]) => `${key}=${shown(value)}`);
  const text = [(LEVELS[Number(level)] ?? '').padEnd(5), shown(msg ?? ''), ...fields].join(' ');
  return `${clock} ${text}\n`;
}

/** Text as it is, unless it would break the line or move a terminal's cursor. */
function shown(value: unknown): string {
  return typeof value === 'string' && !/\p{Cc}/u.test(value) ? value : JSON.stringify(value);
}
