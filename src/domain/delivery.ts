import { z } from 'zod';
import { alertSchema } from './alert.ts';

/** Whether an alert's cluster may be shown now. */
export const standingSchema = z
  .enum(['shown', 'masked', 'gone'])
  .describe('masked: its cluster may not be shown yet; gone: there is no such cluster any more');

/** What one sink has been told of one alert, and what it is still owed. Key: sink and alert id. */
export const deliveryEntrySchema = z.object({
  id: z.string().describe('Alert id'),
  told: z
    .object({
      revision: z.int(),
      standing: standingSchema,
      severity: alertSchema.shape.severity,
      cluster: alertSchema.shape.cluster,
    })
    .nullable()
    .describe('null: nothing so far'),
  first_told: z.number().nullable().describe('Wall-clock ms'),
  owed_since: z
    .number()
    .nullable()
    .describe('Wall-clock ms when what it has yet to hear was written; null: it has heard all'),
  silent: z
    .boolean()
    .default(false)
    .describe('A silence has kept something from it: to be told when that ends, if the alert still fires'),
});
export type DeliveryEntry = z.infer<typeof deliveryEntrySchema>;
