/** Marked private values, and where they stand again. Pure. */
import { z } from 'zod';

export const rowSchema = z.object({
  full_text: z.string(),
  template_id: z.number(),
  spans: z.array(z.object({ entity_type: z.string(), entity_value: z.string() })),
});
export type Row = z.infer<typeof rowSchema>;

/** From here on a value is looked for anywhere, also inside of something longer. */
export const ANYWHERE = 6;
/** Shorter ones are found by chance in what is encoded: only as a word by itself. What is shorter still is a figure, or "mr.". */
export const ALONE = 4;

export type Marked = {
  /** Values to look for, by row. */
  readonly byRow: ReadonlyMap<number, readonly string[]>;
  readonly all: readonly string[];
  /** Distinct values of all lengths, and how many of them are too short, or stand outside of marks too. */
  readonly distinct: number;
  readonly tooShort: number;
  readonly unmarkedToo: number;
};

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/** A text as it reads, whether it is written as JSON, as HTML or plainly; any run of white space is one blank. O(length). */
export function plain(text: string): string {
  return text
    .replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ENTITIES[name] ?? '')
    .replaceAll('\\"', '"')
    .replace(/(?:\\[nrt]|\s)+/g, ' ')
    .toLowerCase();
}

/** Whether a plain text holds a value. */
export function holds(text: string, value: string): boolean {
  for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1))
    if (counts(text, at, value)) return true;
  return false;
}

/** To find which of many values a text holds. O(length of the text), whatever the number of values. */
export function finderOf(values: readonly string[]): (text: string) => string[] {
  const byHead = Map.groupBy(values, (value) => value.slice(0, ALONE));
  const maybe = new Uint8Array(1 << 16);
  for (const head of byHead.keys()) maybe[headHash(head, 0)] = 1;
  return (written) => {
    const text = plain(written);
    const found = new Set<string>();
    for (let at = 0; at + ALONE <= text.length; at++) {
      if (maybe[headHash(text, at)] === 0) continue;
      for (const value of byHead.get(text.slice(at, at + ALONE)) ?? [])
        if (text.startsWith(value, at) && counts(text, at, value)) found.add(value);
    }
    return [...found];
  };
}

function headHash(text: string, at: number): number {
  let hash = 0;
  for (let i = at; i < at + ALONE; i++) hash = Math.imul(hash, 31) + text.charCodeAt(i);
  return hash & 0xffff;
}

/** Neither + nor / nor : are such ends: a short value between them is a piece of base64, or a figure of JSON. */
const BEFORE = /[\s"'(>]/;
const AFTER = /[\s"'),.;!?<]/;

function counts(text: string, at: number, value: string): boolean {
  if (value.length >= ANYWHERE) return true;
  const end = at + value.length;
  return (
    (at === 0 || BEFORE.test(text.charAt(at - 1))) && (end === text.length || AFTER.test(text.charAt(end)))
  );
}

/** Values that stand nowhere outside of marks: to find one is to find what was marked. */
export function markedIn(rows: readonly Row[]): Marked {
  const valuesOf = ({ spans }: Row): string[] => [
    ...new Set(spans.map(({ entity_value }) => plain(entity_value).trim())),
  ];
  const unmarked = plain(
    rows
      .map(({ full_text, spans }) =>
        spans.reduce((rest, { entity_value }) => rest.replaceAll(entity_value, ' '), full_text),
      )
      .join('\n'),
  );
  const distinct = [...new Set(rows.flatMap(valuesOf))];
  const long = distinct.filter((value) => value.length >= ALONE);
  const sought = new Set(long.filter((value) => !holds(unmarked, value)));
  return {
    byRow: new Map(rows.map((row, i) => [i, valuesOf(row).filter((value) => sought.has(value))])),
    all: [...sought],
    distinct: distinct.length,
    tooShort: distinct.length - long.length,
    unmarkedToo: long.length - sought.size,
  };
}
