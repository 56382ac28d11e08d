import { z } from 'zod';

/** On whatever a silence keeps quiet: no sink is told of it, everybody may see it. */
export const silencedFields = {
  silenced_until: z
    .number()
    .nullable()
    .describe('No sink is told before this wall-clock ms; null: not silenced'),
  silenced_by: z.string().nullable(),
  silenced_from: z
    .string()
    .nullable()
    .describe('Cluster it split from and whose silence it inherits; null: its own, or not to be told'),
};

export const silenceWishSchema = z.strictObject({
  until: z.iso
    .datetime({ offset: true, error: 'must be an RFC 3339 time, such as 2026-01-31T12:00:00Z' })
    .describe('In the future, and not further ahead than silences.max_days'),
  note: z.string().max(2_000).exactOptional(),
});

/** One silence that has not ended. */
export const silenceViewSchema = z.object({
  cluster: z.string(),
  name: z.string().nullable().describe('null unless the cluster may be shown'),
  there: z
    .boolean()
    .describe('false: the cluster is gone, and what split from it may still be under the silence'),
  until: z.number().describe('Wall-clock ms'),
  by: z.string().describe('Name of the token that was used'),
  at: z.number().describe('Wall-clock ms'),
  note: z.string().nullable(),
});
export type SilenceView = z.infer<typeof silenceViewSchema>;
