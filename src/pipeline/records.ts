import type { z } from 'zod';
import { Slice } from '../algorithms/give-way.ts';
import { CliowatchError } from '../domain/errors.ts';
import type { LogRecord } from '../ports/event-log.ts';

/** What a record holds, as text; null: a tombstone. */
export function textOf({ value }: LogRecord): string | null {
  return Buffer.isBuffer(value) ? value.toString('utf8') : value;
}

/** Parses a record of one of our own topics; throws with topic and offset when it does not fit: another version wrote it. */
export function decode<T>(schema: z.ZodType<T>, record: LogRecord): T {
  const where = `${record.topic}[${record.partition}]@${record.offset}`;
  let raw: unknown;
  try {
    raw = JSON.parse(textOf(record) ?? 'null');
  } catch (cause) {
    throw new CliowatchError('record/not-json', `${where} holds no JSON`, { cause });
  }
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new CliowatchError('record/schema', `${where}: ${issue?.path.join('.')}: ${issue?.message}`, {
    remedy: 'another program or another version of cliowatch wrote this topic; give each its own log.prefix',
  });
}

/** The same of many, a few milliseconds at a time. */
export async function decodeAll<T>(schema: z.ZodType<T>, records: readonly LogRecord[]): Promise<T[]> {
  const slice = new Slice();
  const decoded: T[] = [];
  for (const record of records) {
    decoded.push(decode(schema, record));
    if (slice.isOver) await slice.giveWay();
  }
  return decoded;
}
