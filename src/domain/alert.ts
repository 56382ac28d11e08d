import { z } from 'zod';

export const growthWindowSchema = z.object({
  minutes: z.int(),
  observed: z.int().describe('Accounts new to the cluster in the window'),
  expected: z.number(),
  ratio: z.number(),
  ratio_low: z.number().describe('95% lower bound (negative binomial)'),
});
export type GrowthWindow = z.infer<typeof growthWindowSchema>;

export const shiftSchema = z.object({
  facet: z.string(),
  value: z.string(),
  share: z.number().describe('Among the accounts new to the cluster since onset'),
  before: z
    .number()
    .describe(
      'Among those new to it in the day before; of a new topic, among everybody else since its onset',
    ),
  ratio: z.number().nullable().describe('One ÷ the other; null: there were too few before to tell any'),
  low: z.number().describe('95% interval, which does not hold 1'),
  high: z.number().nullable().describe('null: no bound'),
});
export type Shift = z.infer<typeof shiftSchema>;

/** One state of one alert with its explanation. Key: alert id. */
export const alertSchema = z.object({
  id: z.string().describe('Hash of space, cluster, kind and onset'),
  revision: z.int().describe('Counts up with every change'),
  figures_only: z
    .literal(true)
    .optional()
    .describe('Nothing but the figures is told anew: for who looks, no news for who is called'),
  incident: z
    .string()
    .default('')
    .describe(
      'Id of the alert that began what this one is part of: alerts about clusters near each other at one time are one incident. Its own while it is the first, or waits',
    ),
  kind: z.enum(['new', 'surge']),
  space: z.string(),
  cluster: z.string(),
  state: z.enum(['pending', 'firing', 'resolved', 'expired']).describe('expired: pending that never fired'),
  severity: z.enum(['watch', 'page']),
  onset: z.number().describe('Estimated start, event time ms'),
  pending_at: z.number(),
  fired_at: z.number().nullable(),
  resolved_at: z.number().nullable(),
  updated_at: z.number(),
  observed: z.int(),
  expected: z.number(),
  ratio: z.number(),
  ratio_low: z.number(),
  window_minutes: z.int().describe('The window the four figures above speak of'),
  windows: z.array(growthWindowSchema),
  accounts: z.int().describe('Distinct accounts since onset'),
  conversations: z.int().describe('Conversations since onset'),
  conversations_per_account: z.number(),
  top_account_share: z.number(),
  same_wording: z
    .number()
    .default(0)
    .describe(
      'Chance that two accounts since onset begin with the same wording; 0: never, or too few to say',
    ),
  pattern: z
    .enum(['organic', 'coordinated-flood', 'one-template'])
    .describe('coordinated-flood: few accounts send much; one-template: many accounts send one wording'),
  shifted: z
    .array(shiftSchema)
    .default([])
    .describe(
      'What is surely different about the growth, the strongest first; [] also when too little is known',
    ),
  score: z.number().describe('log e-value'),
  threshold: z.number(),
  reason: z.string().describe('The decision by name, then in words; holds no title'),
});
export type Alert = z.infer<typeof alertSchema>;
