/**
 * How much marked personal data the redactor takes out, by type, and how much else.
 * Run: node test/evaluation/redaction.ts [folder of the data] [--misses]
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { redact } from '../../src/algorithms/redact.ts';

const rowSchema = z.object({
  full_text: z.string(),
  spans: z.array(z.object({ entity_type: z.string(), entity_value: z.string() })),
});

const folder =
  process.argv.slice(2).find((argument) => !argument.startsWith('--')) ??
  resolve(import.meta.dirname, '../../../shared/data');
const file = join(folder, 'presidio-synth-pii.jsonl.gz');

if (!existsSync(file)) console.log(`No data at ${file}: nothing measured.`);
else measure();

function measure(): void {
  const rows = gunzipSync(readFileSync(file))
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => rowSchema.parse(JSON.parse(line)));
  const byType = new Map<string, { marked: number; gone: number; missed: string[] }>();
  const clean = { texts: 0, touched: 0, examples: [] as string[] };
  let words = 0;
  let wordsLost = 0;
  for (const { full_text, spans } of rows) {
    const { text, found } = redact(full_text);
    for (const { entity_type, entity_value } of spans) {
      const type = byType.get(entity_type) ?? { marked: 0, gone: 0, missed: [] };
      byType.set(entity_type, type);
      type.marked++;
      if (text.includes(entity_value)) type.missed.push(full_text.slice(0, 140).replaceAll('\n', ' '));
      else type.gone++;
    }
    const unmarked = spans.reduce((rest, span) => rest.replaceAll(span.entity_value, ' '), full_text);
    for (const word of unmarked.match(/[\p{L}\p{N}]{2,}/gu) ?? []) {
      words++;
      if (!text.includes(word)) wordsLost++;
    }
    if (spans.length > 0) continue;
    clean.texts++;
    if (Object.keys(found).length > 0) {
      clean.touched++;
      clean.examples.push(`${full_text}  =>  ${text}`);
    }
  }
  console.table(
    [...byType]
      .sort(([, a], [, b]) => b.marked - a.marked)
      .map(([type, { marked, gone }]) => ({
        type,
        marked,
        gone,
        recall: Number((gone / marked).toFixed(3)),
      })),
  );
  console.log(`Texts without marks: ${clean.texts}, touched: ${clean.touched}`);
  console.log(
    `Words outside marks: ${words}, lost: ${wordsLost} (${((100 * wordsLost) / words).toFixed(2)}%)`,
  );
  if (process.argv.includes('--misses')) {
    for (const [type, { missed }] of byType) console.log(type, missed.slice(0, 25));
    console.log(clean.examples);
  }
}
