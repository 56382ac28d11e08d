import { z } from 'zod';

/** What became of a cluster at a rebuild. */
export const relationSchema = z.object({
  kind: z.enum(['continues', 'split', 'merged', 'born', 'died']),
  id: z.string().describe('The cluster spoken of'),
  from: z
    .array(z.object({ id: z.string(), share: z.number() }))
    .describe('Earlier clusters and shared members; of one born, recent newborns of the same topic'),
});
export type Relation = z.infer<typeof relationSchema>;

export const labelSchema = z.object({
  name: z.string(),
  description: z.string(),
  by: z.enum(['claude', 'offline']),
  prompt: z.string().optional(),
  audit: z.number().min(1).max(5).nullable().describe('Privacy score; null: not audited yet'),
  audit_reason: z.string().optional(),
});
export type Label = z.infer<typeof labelSchema>;

/** Cluster ids are `c` and a number in base 36, given out in order and never again. */
export const clusterNumber = (id: string): number => Number.parseInt(id.slice(1), 36);

/** What members have in common. Shares are of the panel; values below the thresholds are left out. */
export const profileSchema = z.object({
  concern: z.number().describe('Mean concern, 1 to 5'),
  concern_sd: z.number().default(0).describe('Its standard deviation from member to member'),
  flagged: z.number().default(0).describe('Share with any flag; 0 below the thresholds'),
  languages: z.record(z.string(), z.number()).describe('Share of members by language'),
  surfaces: z.record(z.string(), z.number()),
  flags: z.record(z.string(), z.number()).describe('Share of members by flag'),
});
export type Profile = z.infer<typeof profileSchema>;

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

/** One cluster of a generation. Key `<space>/<generation>/cluster/<id>`. */
export const clusterRecordSchema = z.object({
  kind: z.literal('cluster'),
  space: z.string(),
  generation: z.int(),
  id: z.string(),
  origin: z.enum(['rebuild', 'newborn']),
  born_at: z.number().describe('Event time of birth, ms'),
  centroid: z.string().describe('Unit vector, base64'),
  radius: z.number().describe('Lowest cosine similarity that still belongs'),
  conversations: z.int().describe('Members in the window'),
  accounts: z.int().describe('Distinct accounts among them'),
  mean_similarity: z.number(),
  ...profileSchema.shape,
  label: labelSchema.nullable().describe('null: below the thresholds, or hidden by the auditor'),
  parent: z.string().nullable(),
  coordination: coordinationSchema
    .nullable()
    .default(null)
    .describe('null: too few of the panel, or not looked at'),
});
export type ClusterRecord = z.infer<typeof clusterRecordSchema>;

export const parentSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  audit: z.number().nullable(),
  children: z.array(z.string()),
});
export type Parent = z.infer<typeof parentSchema>;

/** History of the window under the new clusters, columnar. Key `<space>/<generation>/backcast/<chunk>`. */
export const backcastSchema = z.object({
  kind: z.literal('backcast'),
  space: z.string(),
  generation: z.int(),
  chunk: z.int(),
  cluster: z.array(z.string().nullable()),
  account: z.array(z.string()),
  sketch: z
    .array(z.string())
    .default([])
    .describe('Keyed template sketches; none in records of before there were any'),
  at: z.array(z.number()),
});
export type Backcast = z.infer<typeof backcastSchema>;

/** Ends a generation; adopted only when all its records are there. Key `<space>/manifest`. */
export const manifestSchema = z.object({
  kind: z.literal('manifest'),
  space: z.string(),
  generation: z.int().describe('Counts up by one, patches too'),
  type: z.enum(['full', 'patch']).describe('patch: adds or relabels clusters, keeps all others'),
  full: z.int().describe('The full generation it stands on (itself, when full)'),
  event_time: z.number().describe('Event time up to which samples were used, ms'),
  embedder: z.string(),
  dimension: z.int(),
  clusters: z.array(z.string()).describe('Ids of the cluster records of this generation, in order'),
  parents: z.array(parentSchema),
  relations: z.array(relationSchema),
  backcast_chunks: z.int(),
  samples: z.int().describe('Samples in the window'),
  outlier_rate: z.number(),
  overall: profileSchema
    .extend({ accounts: z.int().describe('Distinct accounts') })
    .nullable()
    .default(null)
    .describe('Of the whole window, to compare clusters with'),
  usual: usualSchema.nullable().default(null).describe('What coordination is measured against'),
  next_id: z.int().describe('First cluster number never used'),
});
export type Manifest = z.infer<typeof manifestSchema>;

export const generationRecordSchema = z.discriminatedUnion('kind', [
  clusterRecordSchema,
  backcastSchema,
  manifestSchema,
]);

/** A complete generation, as roles hold it. Immutable. */
export type Generation = {
  readonly manifest: Manifest;
  readonly clusters: readonly ClusterRecord[];
};
