import { z } from 'zod';
import { facetValuesSchema } from './facets.ts';

/** Columnar batch of assignments: row i of every column is one conversation. No text, no vector. */
export const assignmentBatchSchema = z.object({
  space: z.string(),
  embedder: z.string(),
  generation: z.int(),
  source: z.int().describe('Source partition'),
  watermark: z.number().describe('Event time that the source partition has reached, ms'),
  zero_retention: z.int().describe('Conversations counted and not processed since the last batch'),
  share: z
    .number()
    .optional()
    .describe(
      'Smallest share of accounts taken among these; absent: all. An account has its place in [0, 1) by its token',
    ),
  cluster: z.array(z.string().nullable()).describe('Cluster id, or null for an outlier'),
  conversation: z.array(z.string()),
  version: z.array(z.int()),
  account: z.array(z.string()),
  at: z.array(z.number()),
  similarity: z.array(z.number()),
  margin: z.array(z.number()).describe('Similarity to the best cluster less that to the second best'),
  weight: z.array(z.number()).describe('Conversations each stands for'),
  concern: z.array(z.int()),
  languages: z.array(z.array(z.string())),
  surface: z.array(z.string().nullable()),
  model: z.array(z.string().nullable()),
  turns: z.array(z.int()),
  flags: z.array(z.array(z.string())),
  values: z
    .array(facetValuesSchema)
    .default([])
    .describe('What can be counted of every other facet; none in records of before there were any'),
  sketch: z.array(z.string()),
});
export type AssignmentBatch = z.infer<typeof assignmentBatchSchema>;

/** A conversation that is so little nearer to its cluster than to the next might as well be in that. */
const AMBIGUOUS_MARGIN = 0.02;

/** @param margin similarity to the best cluster less that to the second best */
export const isAmbiguous = (margin: number): boolean => margin < AMBIGUOUS_MARGIN;
