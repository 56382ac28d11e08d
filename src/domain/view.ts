/** What the HTTP API, the websocket and the console show. Aggregate plane unless a name says safety. */
import { z } from 'zod';
import { alertSchema } from './alert.ts';
import { coordinationSchema } from './coordination.ts';
import { standingSchema } from './delivery.ts';
import { relationSchema } from './generation.ts';
import { silencedFields } from './silence.ts';

export const visibilitySchema = z
  .enum(['shown', 'pending', 'hidden'])
  .describe('pending: below the minimum accounts or conversations; hidden: the auditor held the label back');

/** Of it only what may be told: not how many exactly are shared. */
export const toldRelationSchema = relationSchema.extend({
  from: z.array(z.object({ id: z.string(), share: z.number().describe('To tenths') })),
});

const standardError = z
  .number()
  .optional()
  .describe('Standard error of the estimate, while accounts are sampled; absent: it was counted');

export const clusterViewSchema = z.object({
  id: z.string(),
  space: z.string(),
  visibility: visibilitySchema,
  name: z.string().nullable(),
  description: z.string().nullable(),
  origin: z.enum(['rebuild', 'newborn']),
  born_at: z.number(),
  conversations: z
    .number()
    .describe('In the window; in steps of half the minimum near it, to tens unless shown'),
  accounts: z.number().nullable().describe('null unless shown'),
  last_hour: z.number().describe('Conversations in the last 60 minutes; rounded to tens unless shown'),
  expected_hour: z.number().nullable().describe('Expected accounts of the last 60 minutes'),
  accounts_hour: z.number().nullable().describe('New accounts of the last 60 minutes'),
  ratio: z.number().nullable(),
  ratio_low: z.number().nullable().describe('95% lower bound'),
  concern: z.number().nullable(),
  parent: z.string().nullable(),
  x: z
    .number()
    .nullable()
    .describe('Place on the map; unless shown, anywhere in its group; null: none can be told'),
  y: z.number().nullable(),
  alert: z.enum(['pending', 'firing']).nullable(),
  ...silencedFields,
  sparkline: z.array(z.number()).describe('Conversations per 15 minutes of the last 12 hours, oldest first'),
  conversations_error: standardError,
  accounts_error: standardError,
  last_hour_error: standardError,
  sparkline_error: z.array(z.number()).optional().describe('Of each quarter, as the others'),
});
export type ClusterView = z.infer<typeof clusterViewSchema>;

export const spaceViewSchema = z.object({
  id: z.string().describe('Watch and facet, such as all/request'),
  watch: z.string().nullable().describe('null: all conversations'),
  facet: z.string().describe('Text that its clusters are made by'),
  title: z.string().nullable().describe('Of the watch'),
  clusters: z.number(),
  generation: z.number().describe('0: no clusters yet'),
  muted_until: z.number().nullable().describe('Growth is not tested before this event time'),
});
export type SpaceView = z.infer<typeof spaceViewSchema>;

export const timelinePointSchema = z.object({
  at: z.number(),
  conversations: z.number(),
  accounts: z.number(),
  expected: z.number(),
  error: standardError,
});
export type TimelinePoint = z.infer<typeof timelinePointSchema>;

export const valueShareSchema = z.object({
  value: z.string(),
  share: z.number().describe('Of the members'),
  lift: z
    .object({ lift: z.number(), low: z.number(), high: z.number() })
    .nullable()
    .describe('That share ÷ the share among all conversations, with a 95% interval; null: not known for all'),
});
export type ValueShare = z.infer<typeof valueShareSchema>;

export const coordinationViewSchema = coordinationSchema
  .pick({ score: true, signature: true, parts: true })
  .describe(
    'Whether the members act as one, of a sample by account; rounded so that no single account shows',
  );
export type CoordinationView = z.infer<typeof coordinationViewSchema>;

export const clusterDetailSchema = clusterViewSchema.extend({
  mean_similarity: z.number().nullable(),
  coordination: coordinationViewSchema.nullable().describe('null: not shown, or too few to say'),
  languages: z.array(valueShareSchema),
  surfaces: z.array(valueShareSchema),
  flags: z.array(valueShareSchema),
  values: z
    .record(z.string(), z.array(valueShareSchema))
    .describe('Of every other facet that can be counted, such as turns'),
  timeline: z.array(timelinePointSchema).describe('Per hour'),
  neighbours: z.array(z.object({ id: z.string(), name: z.string().nullable(), similarity: z.number() })),
  lineage: z.array(z.object({ generation: z.number(), at: z.number(), relation: toldRelationSchema })),
  lineage_since: z
    .number()
    .nullable()
    .describe(
      'Event time since when lineage is known here: a machine begins with what it saw; null: none is',
    ),
  silenced_note: z.string().nullable(),
  names: z
    .array(z.object({ name: z.string(), from: z.number().describe('Event time, ms') }))
    .describe('Names it was shown by, oldest first; the last is the one it has'),
});
export type ClusterDetail = z.infer<typeof clusterDetailSchema>;

export const alertViewSchema = alertSchema.extend({
  name: z.string().nullable().describe('null until the cluster may be shown'),
  standing: standingSchema,
  conversations_per_account: z.number().nullable().describe('null until the cluster may be shown'),
  top_account_share: z.number().nullable().describe('null until the cluster may be shown'),
  same_wording: z.number().nullable().describe('null until the cluster may be shown'),
  acknowledged: z.object({ by: z.string(), at: z.number(), note: z.string().optional() }).nullable(),
  ...silencedFields,
  console_url: z.string().nullable(),
});
export type AlertView = z.infer<typeof alertViewSchema>;

export const hierarchyNodeSchema = z.object({
  id: z.string(),
  level: z.int().describe('1: stands over clusters'),
  parent: z.string().nullable().describe('On the level above; null: on the highest'),
  name: z.string().nullable(),
  description: z.string().nullable(),
  conversations: z.number(),
  children: z
    .array(z.object({ id: z.string(), name: z.string().nullable(), conversations: z.number() }))
    .describe('Clusters on level 1, nodes of the level below above it'),
});
export type HierarchyNode = z.infer<typeof hierarchyNodeSchema>;

export const facetValueSchema = z.object({
  facet: z.string().max(64).describe('languages, surfaces, flags, or any other that can be counted'),
  value: z.string(),
});
export type FacetValue = z.infer<typeof facetValueSchema>;
export const facetSharesSchema = z.object({
  asked: facetValueSchema.nullable(),
  values: z
    .array(facetValueSchema.extend({ share: z.number().describe('Of all conversations') }))
    .describe('That can be asked for, most frequent first'),
  clusters: z
    .array(z.object({ id: z.string(), share: z.number().describe('Of the members; 0 below the thresholds') }))
    .describe('Those that are shown'),
});
export type FacetShares = z.infer<typeof facetSharesSchema>;

const divergenceSchema = z.object({
  id: z.string(),
  name: z.string().nullable().describe('null only in the safety plane: it has none'),
  concern: z.number().describe('Mean of the members, 1 to 5'),
  flag_rate: z
    .number()
    .nullable()
    .describe('Share of members flagged; null: none, or fewer than the thresholds, which is not told apart'),
  divergence: z
    .number()
    .describe('Concern less flag rate, each in standard deviations from its mean over clusters'),
  low: z.number().describe('95% interval'),
  high: z.number(),
});
export const classifierCheckSchema = z.object({
  flag: z.string().nullable().describe('null: any'),
  flags: z.array(z.string()).describe('That enough conversations carry to be asked for'),
  clusters: z.number().describe('Compared: those that are shown; in the safety plane all'),
  r: z
    .number()
    .nullable()
    .describe("Pearson's r of concern and flag rate over clusters; null: nothing to compare"),
  missed: z.array(divergenceSchema).describe('Surely more worrying than flagged, the surest first'),
  over_flagged: z.array(divergenceSchema).describe('Surely more flagged than worrying, the surest first'),
});
export type ClassifierCheckView = z.infer<typeof classifierCheckSchema>;

export const coordinatedClusterSchema = coordinationViewSchema.extend({
  id: z.string(),
  name: z.string().nullable().describe('null only in the safety plane: it has none'),
  conversations: z.number().describe('That were looked at: those in the window of a sample of accounts'),
  accounts: z.number(),
});
export type CoordinatedCluster = z.infer<typeof coordinatedClusterSchema>;

export const generationViewSchema = z.object({
  space: z.string(),
  generation: z.number(),
  type: z.enum(['full', 'patch']),
  event_time: z.number(),
  clusters: z.number(),
  samples: z.number().describe('0: fewer than the minimum of conversations; near it in steps'),
  outlier_rate: z.number(),
  embedder: z.string(),
  relations: z.array(toldRelationSchema),
});
export type GenerationView = z.infer<typeof generationViewSchema>;

/** The state of the pipeline at a glance; sent about once a second. */
export const pulseSchema = z.object({
  now: z.number().describe('Event time, ms'),
  wall: z.number(),
  speed: z.number().describe('Event seconds per second; 1 when live'),
  conversations: z.number().describe('Admitted since start'),
  per_second: z.number().describe('Admitted a second, over the last ten seconds'),
  per_hour: z.number().describe('Conversations in the last hour of event time'),
  per_hour_error: standardError,
  total_sparkline: z.array(z.number()),
  total_sparkline_error: z.array(z.number()).optional(),
  sampling: z
    .object({
      share: z.number().describe('Share of accounts taken'),
      panel: z.number().describe('Share of accounts that growth is tested on'),
      sampled_out: z.number().describe('Conversations not taken by this process since start'),
    })
    .optional()
    .describe('While not all accounts are taken, or tested'),
  outlier_rate: z.number(),
  dead_letters: z.number(),
  late: z.number(),
  zero_retention: z.number(),
  generation: z.number(),
  generation_age_seconds: z.number().nullable().describe('In event time'),
  clusters: z.number(),
  summarizer: z.string(),
  embedder: z.string(),
  log: z.string(),
  lag: z.record(z.string(), z.number()).describe('Records waiting, by role'),
  llm: z.object({ calls: z.number(), tokens: z.number(), dollars: z.number(), failing: z.boolean() }),
  muted_until: z.number().nullable().describe('Growth is not tested before this event time'),
  ready: z.boolean(),
  problems: z.array(z.string()),
});
export type Pulse = z.infer<typeof pulseSchema>;

/** Rooms of the websocket and what each carries. Every event is numbered by `seq` within its room. */
export type LiveEvents = {
  alerts: { seq: number; alert: AlertView };
  clusters: { seq: number; clusters: ClusterView[]; removed: string[] };
  pulse: { seq: number; pulse: Pulse };
};
export type Room = keyof LiveEvents;
