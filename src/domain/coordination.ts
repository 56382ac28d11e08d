/** Whether the members of a cluster act as one (Clio 4.1). */
import { z } from 'zod';

export const coordinationPartSchema = z.object({
  part: z.enum([
    'conversations_per_account',
    'top1_share',
    'gini',
    'near_duplicate_rate',
    'template_share',
    'first_seen_share',
    'synchrony',
  ]),
  value: z.number(),
  usual: z.number().nullable().describe('The same of clusters as a rule; null: not known, or 0 by nature'),
  contribution: z.number().describe('To the score'),
});
export type CoordinationPart = z.infer<typeof coordinationPartSchema>;

/** Whether the members of a cluster act as one (Clio 4.1). Of the panel. */
export const coordinationSchema = z.object({
  score: z.number().min(0).max(1),
  signature: z
    .enum(['many-accounts-one-template', 'few-accounts-much-traffic'])
    .nullable()
    .describe('null: the score is too low to say so'),
  conversations: z.int(),
  accounts: z.int(),
  parts: z.array(coordinationPartSchema),
});
export type Coordination = z.infer<typeof coordinationSchema>;

/** What coordination is measured against: all clusters of the last full generation. */
export const usualSchema = z.object({
  conversations_per_account: z.number(),
  near_duplicate_rate: z.number(),
  template_share: z.number(),
  first_seen_share: z.number(),
  together: z.number().describe('Chance that two conversations lie within five minutes'),
  together_variance: z.number().describe('Of that chance, from one conversation to another'),
});
export type Usual = z.infer<typeof usualSchema>;
