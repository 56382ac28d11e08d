/** What became of the clusters of a space from one full generation to the next, as a Sankey chart draws it. */
import { z } from 'zod';

const end = z.object({ generation: z.int(), id: z.string() });

export const lineageSchema = z.object({
  space: z.string(),
  since: z
    .number()
    .nullable()
    .describe(
      'Event time since when lineage is known here: a machine begins with what it saw; null: none is',
    ),
  columns: z
    .array(z.object({ generation: z.int(), at: z.number().describe('Event time, ms') }))
    .describe('Full generations, oldest first; fewer than asked for where they have very many clusters'),
  nodes: z
    .array(
      end.extend({
        name: z.string().nullable().describe('null: it might not be shown then, or may not be now'),
        conversations: z.number().describe('As coarse as everywhere'),
      }),
    )
    .describe('Clusters of a full generation, and those born until the next'),
  links: z
    .array(
      z.object({
        from: end,
        to: end,
        share: z.number().describe('Of the smaller of the two, to tenths'),
        conversations: z.number().describe('That went along, to tens'),
      }),
    )
    .describe('Between clusters that are both shown, of at least the minimum of conversations'),
});
export type LineageView = z.infer<typeof lineageSchema>;
