import { z } from 'zod';
import { alertViewSchema } from './view.ts';
import { watchSchema } from './watch.ts';

const hours = z
  .array(
    z.object({
      at: z.number().describe('Start of the hour, event time ms'),
      conversations: z.number().nullable().describe('null: fewer than the minimum, and not none'),
    }),
  )
  .describe('Oldest first; hours without any are left out');

/** What a watch saw, of what the aggregate plane may see. */
export const watchReportSchema = z.object({
  id: z.string(),
  watch: watchSchema,
  space: z.string(),
  until: z.number().describe('Event time up to which conversations are counted, ms'),
  ended: z.boolean().describe('false: the watch goes on'),
  minimum: z.object({ accounts: z.number(), conversations: z.number() }),
  conversations: z
    .number()
    .nullable()
    .describe(
      'Of the clusters that may be shown, or were until they went: over all hours, or members of now where those are more, as who came before the first clusters is in no hour; null: fewer than the minimum',
    ),
  hours,
  clusters: z
    .array(
      z.object({
        id: z.string(),
        name: z.string(),
        description: z.string().nullable(),
        conversations: z.number(),
        accounts: z.number().nullable(),
        concern: z.number().nullable(),
        born_at: z.number(),
        hours,
      }),
    )
    .describe('Those that may be shown, the largest first'),
  alerts: z.array(alertViewSchema).describe('Oldest first'),
});
export type WatchReport = z.infer<typeof watchReportSchema>;

export const watchViewSchema = z.object({
  id: z.string(),
  watch: watchSchema,
  space: z.string(),
  state: z.enum(['waiting', 'open', 'ended']).describe('Of its from and to, in event time'),
  configured: z.boolean().describe('In the settings: changed there, and not here'),
  screening: z
    .enum(['none', 'asked', 'match-only', 'nobody-to-ask'])
    .describe(
      'Without a model a question is passed over where there is a match; where there is none, nothing belongs',
    ),
});
export type WatchView = z.infer<typeof watchViewSchema>;
