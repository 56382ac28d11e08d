import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { COMPUTED_FACETS, FACET_ID } from './facet-definition.ts';
import { ALL } from './ids.ts';

/** Ids stand in ids of clusters and spaces, in metrics, and name an answer of the model. */
export const WATCH_ID = /^[a-z][a-z0-9_-]{0,31}$/;
/** Each has a session in three roles, and a window of samples in memory. */
export const MAX_WATCHES = 16;

const time = z.iso.datetime({
  offset: true,
  error: 'must be an RFC 3339 time, such as 2026-01-31T12:00:00Z',
});
const words = z.array(z.string().min(1).max(64)).min(1).max(50);
const count = z.int().positive();

/** Without asking anybody; of several conditions all must hold, of a list one. */
const matchSchema = z
  .strictObject({
    pattern: z
      .string()
      .min(1)
      .max(1_000)
      .exactOptional()
      .describe(
        'Regular expression (RE2) that some message of the user holds, in the first 20,000 characters; (?i) for any case',
      ),
    languages: words.exactOptional().describe('Primary BCP 47 tags, one of which the conversation is in'),
    surfaces: words.exactOptional(),
    models: words.exactOptional(),
    flags: words.exactOptional().describe('Classifier flags'),
  })
  .refine((match) => Object.keys(match).length > 0, 'must hold a condition');

/** What differs from the settings of the same names; privacy only upward. */
const settingsSchema = z.strictObject({
  window: count.exactOptional(),
  window_days: z.number().positive().exactOptional(),
  first_at: count.exactOptional(),
  members_per_cluster: z.number().positive().exactOptional(),
  rebuild_minutes: z.number().positive().exactOptional(),
  min_gap_minutes: z.number().positive().exactOptional(),
  watch_per_day: z.number().positive().exactOptional(),
  page_per_day: z.number().positive().exactOptional(),
  warmup_hours: z.number().nonnegative().exactOptional(),
  ratio_open: z.number().min(1).exactOptional(),
  close_after_minutes: z.number().positive().exactOptional(),
  min_accounts: count.exactOptional(),
  min_conversations: count.exactOptional(),
});
export type WatchSettings = z.infer<typeof settingsSchema>;

/** Conversations looked at by themselves: clusters, counts and alerts of their own (Clio's screener, live). */
export const watchSchema = z
  .strictObject({
    title: z.string().min(1).max(120).describe('For people: "Launch of X", "election week"'),
    question: z
      .string()
      .min(8)
      .max(1_000)
      .exactOptional()
      .describe('Asked of the model about every conversation that `match` lets through; yes: it belongs'),
    match: matchSchema.exactOptional(),
    facet: z.string().regex(FACET_ID).default('request').describe('Text facet that its clusters are made by'),
    from: time.exactOptional().describe('Event time; earlier conversations do not belong'),
    to: time.exactOptional().describe('Event time; from then on none belongs, and a report is written'),
    settings: settingsSchema.default({}),
  })
  .refine(({ question, match }) => question !== undefined || match !== undefined, {
    path: ['match'],
    error: 'must be given, or question, or both: else every conversation would belong',
  })
  .refine(({ from, to }) => from === undefined || to === undefined || Date.parse(from) < Date.parse(to), {
    path: ['to'],
    error: 'must be later than from',
  });
export type Watch = z.infer<typeof watchSchema>;

export const watchIdSchema = z
  .string()
  .regex(WATCH_ID, 'must be small letters, digits, - and _, beginning with a letter; 32 at most')
  .refine(
    (id) => id !== ALL && !(COMPUTED_FACETS as readonly string[]).includes(id),
    'must have another name: this one means something else already',
  );

export const watchesSchema = z
  .record(watchIdSchema, watchSchema)
  .refine(
    (watches) => Object.keys(watches).length <= MAX_WATCHES,
    `must hold at most ${MAX_WATCHES} watches`,
  );

/** Clusters rest on the facet, counts and growth on the settings: with others they are other ones. */
export function beginsAnew(before: Watch, after: Watch): boolean {
  return before.facet !== after.facet || !isDeepStrictEqual(before.settings, after.settings);
}
