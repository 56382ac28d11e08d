/**
 * How much marked personal data the redactor takes out, by type; how much of what it takes out was marked, by its own kinds; and how
 * much else is lost.
 *   node test/evaluation/redaction.ts [--data FOLDER] [--misses]
 */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { redact } from '../../src/algorithms/redact.ts';
import { DATA, hasData, jsonLines, NO_DATA } from './data.ts';

const { values } = parseArgs({
  options: { data: { type: 'string', default: DATA }, misses: { type: 'boolean', default: false } },
});
const FILE = 'presidio-synth-pii';
const rowSchema = z.object({
  full_text: z.string(),
  spans: z.array(
    z.object({
      entity_type: z.string(),
      entity_value: z.string(),
      start_position: z.number(),
      end_position: z.number(),
    }),
  ),
});
type Row = z.infer<typeof rowSchema>;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const percent = (part: number, of: number): string => `${((100 * part) / Math.max(1, of)).toFixed(1)}%`;

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** Where each placeholder stands for what: the kept text between them, found again in the original. */
function removed(original: string, redacted: string): { kind: string; start: number; end: number }[] {
  const parts = redacted.split(/\[([a-z]+)\]/);
  const pattern = parts.map((part, i) => (i % 2 === 1 ? '([^]+?)' : escaped(part))).join('');
  const match = new RegExp(`^${pattern}$`, 'd').exec(original);
  return (match?.indices?.slice(1) ?? []).map(([start = 0, end = 0] = [0, 0], i) => ({
    kind: parts[2 * i + 1] ?? '',
    start,
    end,
  }));
}

type Count = { all: number; hit: number; readonly examples: string[] };
const counts = new Map<string, Count>();
const kinds = new Map<string, Count>();

function count(into: Map<string, Count>, name: string, hit: boolean, example: string): void {
  const held = into.get(name) ?? { all: 0, hit: 0, examples: [] };
  into.set(name, held);
  held.all++;
  if (hit) held.hit++;
  else held.examples.push(example.slice(0, 140).replaceAll('\n', ' '));
}

function measure(rows: readonly Row[]): void {
  const lost = { words: 0, gone: 0, texts: 0, touched: 0 };
  for (const { full_text, spans } of rows) {
    const { text, found } = redact(full_text);
    for (const { entity_type, entity_value } of spans)
      count(counts, entity_type, !text.includes(entity_value), full_text);
    for (const { kind, start, end } of removed(full_text, text)) {
      const marked = spans.some((span) => span.start_position < end && start < span.end_position);
      count(kinds, kind, marked, `${full_text.slice(start, end)} in: ${full_text}`);
    }
    const unmarked = spans.reduce((rest, span) => rest.replaceAll(span.entity_value, ' '), full_text);
    for (const word of unmarked.match(/[\p{L}\p{N}]{2,}/gu) ?? []) {
      lost.words++;
      if (!text.includes(word)) lost.gone++;
    }
    if (spans.length > 0) continue;
    lost.texts++;
    if (Object.keys(found).length > 0) lost.touched++;
  }
  const sorted = (from: ReadonlyMap<string, Count>) => [...from].sort(([, a], [, b]) => b.all - a.all);
  const total = (from: ReadonlyMap<string, Count>) =>
    [...from.values()].reduce((sum, { all, hit }) => ({ all: sum.all + all, hit: sum.hit + hit }), {
      all: 0,
      hit: 0,
    });
  const table = (title: string, from: ReadonlyMap<string, Count>): void => {
    say(`| ${title} |\n|---|---|---|---|`);
    for (const [name, { all, hit }] of [...sorted(from), ['all', total(from)] as const])
      say(`| ${name} | ${all} | ${hit} | ${percent(hit, all)} |`);
    say('');
  };
  say(`${rows.length} texts. A value is gone when it can no longer be read as a whole.\n`);
  table('marked as | marked | gone | recall', counts);
  table('taken out as | taken out | marked as anything | precision', kinds);
  say(
    `Texts without marks: ${lost.texts}, touched: ${lost.touched}. Words outside marks: ${lost.words}, lost: ${lost.gone} (${percent(lost.gone, lost.words)}).`,
  );
  if (!values.misses) return;
  for (const [name, { examples }] of [...sorted(counts), ...sorted(kinds)])
    console.error(name, examples.slice(0, 25));
}

if (!hasData(values.data, [FILE])) say(NO_DATA);
else measure(jsonLines(values.data, FILE, rowSchema));
