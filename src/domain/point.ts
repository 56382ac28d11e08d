import { z } from 'zod';
import { facetSourceSchema, facetsSchema, facetTextsSchema, facetValuesSchema, REQUEST } from './facets.ts';

const time = z.number().int();

/** A conversation after admit: no raw text, tokens for ids, a vector. Key: conversation token. */
export const pointSchema = z.object({
  kind: z.literal('point'),
  conversation: z.string().describe('Conversation token'),
  version: z.int().describe('Snapshot version; a higher one replaces the earlier'),
  account: z.string().describe('Account token'),
  at: time.describe('Event time, ms'),
  facets: facetsSchema,
  texts: facetTextsSchema.default({}).describe('Facets besides those, by id'),
  values: facetValuesSchema.default({}),
  source: facetSourceSchema,
  vector: z.string().describe('Unit vector, float32 little-endian, base64'),
  vectors: z
    .record(z.string(), z.string())
    .default({})
    .describe('Of other facets that make clusters, by facet'),
  watches: z.array(z.string()).default([]).describe('Watches it has passed'),
  embedder: z.string().describe('Embedding model id and dimension, such as all-MiniLM-L6-v2-int8:384'),
  key: z
    .string()
    .describe('Fingerprint of the key behind the tokens: two keys would count one account twice'),
  weight: z
    .number()
    .nonnegative()
    .describe('Conversations it stands for; 0: a later snapshot of one that others stand for'),
  share: z.number().optional().describe('Share of accounts taken when it was; absent: all'),
  surface: z.string().optional(),
  model: z.string().optional(),
  turns: z.int(),
  flags: z.array(z.string()),
  sketch: z.string().describe('Keyed sketch of the first request, equal for equal templates'),
  likeness: z
    .string()
    .max(64)
    .default('')
    .describe('Keyed MinHash of the first request, to tell near-duplicates; empty: too short, or not known'),
  admitted: z.number().describe('Wall-clock ms when it was read, for latency only'),
});
export type Point = z.infer<typeof pointSchema>;

/** Carries the watermark of one source partition where no point does. */
export const heartbeatSchema = z.object({
  kind: z.literal('heartbeat'),
  watermark: time,
  zero_retention: z.int().default(0).describe('Conversations counted and not processed since the last one'),
  share: z.number().optional().describe('Share of accounts taken; absent: all'),
});
export const pointRecordSchema = z.discriminatedUnion('kind', [pointSchema, heartbeatSchema]);

/** A point with its cluster, kept for the window. Topic `samples`. */
export const sampleSchema = pointSchema
  .omit({ kind: true, admitted: true, vectors: true, watches: true })
  .extend({
    space: z.string(),
    generation: z.int(),
    cluster: z.string().nullable(),
    similarity: z.number(),
    margin: z
      .number()
      .optional()
      .describe('Similarity to its cluster less that to the second best; absent: of before it was noted'),
    watermark: time
      .default(0)
      .describe(
        'Event time that its source partition had reached, ms; its own may be of a clock that runs ahead',
      ),
    panel: z.boolean().describe('In the sample by account; false: kept only because it is an outlier'),
  });
export type Sample = z.infer<typeof sampleSchema>;

/** What a text facet says of it; nothing when it was not answered. */
export function textOf({ facets, texts }: Pick<Point, 'facets' | 'texts'>, facet: string): string {
  if (facet === REQUEST) return facets.request;
  return facet === 'task' ? facets.task : (texts[facet] ?? '');
}

/** Where that text lies; null: it was not answered, or makes no clusters. */
export function vectorOf(point: Pick<Point, 'vector' | 'vectors'>, facet: string): string | null {
  return facet === REQUEST ? point.vector : (point.vectors[facet] ?? null);
}
