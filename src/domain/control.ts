import { z } from 'zod';
import { watchIdSchema, watchSchema } from './watch.ts';

const said = {
  by: z.string().describe('Name of the token that was used'),
  at: z.number().describe('Wall-clock ms'),
};

/** What operators say, written by the API, folded by every role. Topic `control`. */
export const controlSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('acknowledge'),
    id: z.string().describe('Alert id'),
    ...said,
    note: z.string().max(2_000).optional(),
  }),
  z.object({
    kind: z.literal('silence'),
    id: z.string().describe('Cluster id'),
    ...said,
    until: z.number().nullable().describe('Wall-clock ms; null: taken away'),
    generation: z
      .int()
      .describe(
        'Newest one of its space when it began, also when it is changed later: what split after it is under it',
      ),
    note: z.string().max(2_000).optional(),
  }),
  z.object({
    kind: z.literal('watch'),
    id: watchIdSchema,
    ...said,
    watch: watchSchema.nullable().describe('null: taken away'),
  }),
]);
export type Control = z.infer<typeof controlSchema>;
export type Silence = Extract<Control, { kind: 'silence' }>;
export type Acknowledgement = Extract<Control, { kind: 'acknowledge' }>;
