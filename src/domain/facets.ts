import { z } from 'zod';

/** The facet that makes the default cluster space. */
export const REQUEST = 'request';

/** What is kept of a conversation: short, and with private data taken out. */
export const facetsSchema = z.object({
  request: z.string().max(1_000).describe("The user's overall request, at most two sentences"),
  task: z.string().max(1_000).describe('What the assistant is asked to do, at most two sentences'),
  languages: z.array(z.string().max(32)).max(8).describe('Human languages, as BCP 47 primary tags'),
  concern: z.int().min(1).max(5).describe('1 benign ... 5 immediate review'),
  concern_reason: z.string().max(500),
});
export type Facets = z.infer<typeof facetsSchema>;

/** By facet: answers of any other text facet. */
export const facetTextsSchema = z.record(z.string(), z.string().max(1_000));
export type FacetTexts = z.infer<typeof facetTextsSchema>;

/** By facet: answers that can be counted, each as words: a category, a tag, yes or no, a range of numbers. */
export const facetValuesSchema = z.record(z.string(), z.array(z.string().max(64)).max(16));
export type FacetValues = z.infer<typeof facetValuesSchema>;

/** Where facets came from: `fallback` marks an offline answer given because the model could not. */
export const facetSourceSchema = z.object({
  by: z.enum(['claude', 'offline']),
  fallback: z.boolean().default(false),
  model: z.string().optional(),
  prompt: z.string().optional().describe('Hash of the prompt file, and of what was asked besides'),
});
export type FacetSource = z.infer<typeof facetSourceSchema>;
