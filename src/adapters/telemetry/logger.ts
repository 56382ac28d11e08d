import { type Logger, pino } from 'pino';

/** Log lines on standard error, so that standard output stays for what a command answers. Secrets are never written. */
export function createLogger(options: { level: string; format: 'json' | 'pretty' }): Logger {
  const redact = {
    paths: ['*.api_key', '*.password', '*.token', '*.secret', '*.key', 'authorization'],
    censor: '(hidden)',
  };
  const settings = { level: options.level, base: null, redact };
  if (options.format === 'json') return pino(settings, pino.destination({ dest: 2, sync: true }));
  return pino(settings, {
    write(line: string) {
      process.stderr.write(readable(line));
    },
  });
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
  const fields = Object.entries(rest).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return `${clock} ${(LEVELS[Number(level)] ?? '').padEnd(5)} ${String(msg ?? '')}${fields.length > 0 ? `  ${fields.join(' ')}` : ''}\n`;
}
