import { z } from 'zod';

/**
 * Counts of one minute of event time, columnar over clusters that had any in it or new accounts in the last 60, or are under watch:
 * of every other `n60` is 0. Key: space + minute.
 */
export const tickSchema = z.object({
  space: z.string(),
  minute: z.number().describe('Start of the minute, event time ms'),
  generation: z.int(),
  total: z
    .number()
    .describe(
      'Conversations of the space in this minute, outliers included; estimated while accounts are sampled',
    ),
  outliers: z.number().describe('Estimated as the total is'),
  late: z.int().describe('Conversations that came after their minute was closed'),
  zero_retention: z.int(),
  cluster: z.array(z.string()),
  n: z.array(z.number()).describe('Conversations, estimated as the total is'),
  a: z.array(z.int()).describe('Accounts new to the cluster within 24 h'),
  expected: z.array(z.number()).describe('Expected accounts, given all traffic'),
  n60: z.array(z.int()).describe('Accounts of the last 60 minutes'),
  expected60: z.array(z.number()),
  ratio_low: z.array(z.number()).describe('95% lower bound of observed to expected over 60 minutes'),
  score: z.array(z.number()).describe('log e-value of the surge test'),
  accounts24: z.array(z.int()).describe('Distinct accounts of the last 24 h'),
  muted_until: z.number().nullable().describe('Cold start: growth is not tested before, event time ms'),
  sampling: z
    .object({
      share: z.number().describe('Share of accounts taken, as told last'),
      panel: z
        .number()
        .describe('Share of accounts that growth is tested on: of them `a`, `n60` and what is expected'),
      rows: z.int().describe('Conversations that were counted for the total'),
      hour_error: z.number().describe('Standard error of the totals of the last 60 minutes, by account'),
      quarter_error: z.number().describe('The same of the quarter of an hour that fills'),
      cluster: z
        .array(z.string())
        .describe('That have conversations which stand for others in the last hour'),
      cluster_hour_error: z.array(z.number()),
      cluster_quarter_error: z.array(z.number()),
    })
    .optional()
    .describe('While not all accounts are taken'),
});
export type Tick = z.infer<typeof tickSchema>;

/** Counts of one hour, columnar; written once the hour is closed, and again when late events change it. Key: space + hour. */
export const rollupSchema = z.object({
  space: z.string(),
  hour: z.number(),
  total: z.int(),
  outliers: z.int(),
  cluster: z.array(z.string()),
  n: z.array(z.int()),
  a: z.array(z.int()),
  expected: z.array(z.number()),
  error: z
    .array(z.number())
    .optional()
    .describe('Standard error of `n`, while accounts are sampled; once the hour is over'),
});
export type Rollup = z.infer<typeof rollupSchema>;
