import { z } from 'zod';
import { facetSourceSchema, facetsSchema } from './facets.ts';

const time = z.number().int();

/** A conversation after admit: no raw text, tokens for ids, a vector. Key: conversation token. */
export const pointSchema = z.object({
  kind: z.literal('point'),
  conversation: z.string().describe('Conversation token'),
  version: z.int().describe('Snapshot version; a higher one replaces the earlier'),
  account: z.string().describe('Account token'),
  at: time.describe('Event time, ms'),
  facets: facetsSchema,
  source: facetSourceSchema,
  vector: z.string().describe('Unit vector, float32 little-endian, base64'),
  embedder: z.string().describe('Embedding model id and dimension, such as all-MiniLM-L6-v2-int8:384'),
  key: z
    .string()
    .describe('Fingerprint of the key behind the tokens: two keys would count one account twice'),
  weight: z.number().positive(),
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
});
export const pointRecordSchema = z.discriminatedUnion('kind', [pointSchema, heartbeatSchema]);

/** A point with its cluster, kept for the window. Topic `samples`. */
export const sampleSchema = pointSchema.omit({ kind: true, admitted: true }).extend({
  space: z.string(),
  generation: z.int(),
  cluster: z.string().nullable(),
  similarity: z.number(),
  watermark: time
    .default(0)
    .describe(
      'Event time that its source partition had reached, ms; its own may be of a clock that runs ahead',
    ),
  panel: z.boolean().describe('In the sample by account; false: kept only because it is an outlier'),
});
export type Sample = z.infer<typeof sampleSchema>;
