import { z } from 'zod';

/** What operators say, written by the API, folded by every role. Topic `control`. */
export const controlSchema = z.object({
  kind: z.literal('acknowledge'),
  id: z.string().describe('Alert id'),
  by: z.string().describe('Name of the token that was used'),
  at: z.number().describe('Wall-clock ms'),
  note: z.string().max(2_000).optional(),
});
export type Control = z.infer<typeof controlSchema>;
