import { z } from 'zod';

/** What is kept of a conversation: short, and with private data taken out. */
export const facetsSchema = z.object({
  request: z.string().max(1_000).describe("The user's overall request, at most two sentences"),
  task: z.string().max(1_000).describe('What the assistant is asked to do, at most two sentences'),
  languages: z.array(z.string().max(32)).max(8).describe('Human languages, as BCP 47 primary tags'),
  concern: z.int().min(1).max(5).describe('1 benign ... 5 immediate review'),
  concern_reason: z.string().max(500),
});
export type Facets = z.infer<typeof facetsSchema>;

/** Where facets came from: `fallback` marks an offline answer given because the model could not. */
export const facetSourceSchema = z.object({
  by: z.enum(['claude', 'offline']),
  fallback: z.boolean().default(false),
  model: z.string().optional(),
  prompt: z.string().optional().describe('Hash of the prompt file'),
});
export type FacetSource = z.infer<typeof facetSourceSchema>;
