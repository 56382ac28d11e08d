import { z } from 'zod';
import { coordinationSchema, usualSchema } from './coordination.ts';

/** What became of a cluster at a rebuild. */
export const relationSchema = z.object({
  kind: z.enum(['continues', 'split', 'merged', 'born', 'died']),
  id: z.string().describe('The cluster spoken of'),
  from: z
    .array(
      z.object({
        id: z.string(),
        share: z.number(),
        members: z.int().optional().describe('How many they share; absent in records of before it was told'),
      }),
    )
    .describe('Earlier clusters and shared members; of one born, recent newborns of the same topic'),
});
export type Relation = z.infer<typeof relationSchema>;

/** Of whom one that split is a part: the one that it has most members of, however small that was; none for one that did not split. */
export function parentOf({ kind, from }: Relation): Relation['from'][number] | undefined {
  if (kind !== 'split') return undefined;
  return from.toSorted((a, b) => (b.members ?? b.share) - (a.members ?? a.share))[0];
}

export const labelSchema = z.object({
  name: z.string(),
  description: z.string(),
  by: z.enum(['claude', 'offline']),
  prompt: z.string().optional(),
  audit: z.number().min(1).max(5).nullable().describe('Privacy score; null: not audited yet'),
  audit_reason: z.string().optional(),
  audit_prompt: z.string().optional().describe('Hash of the prompt it was scored by; absent: by rules'),
});
export type Label = z.infer<typeof labelSchema>;

/** What members have in common. Shares are of the panel, each by how many it stands for; values below the thresholds are left out. */
export const profileSchema = z.object({
  concern: z.number().describe('Mean concern, 1 to 5'),
  concern_sd: z.number().default(0).describe('Its standard deviation from member to member'),
  flagged: z.number().default(0).describe('Share with any flag; 0 below the thresholds'),
  classified: z
    .object({ any: z.number(), by: z.record(z.string(), z.number()) })
    .optional()
    .describe(
      'Shares with any flag, and by flag, however few: for the safety plane alone; none in records of before',
    ),
  languages: z.record(z.string(), z.number()).describe('Share of members by language'),
  surfaces: z.record(z.string(), z.number()),
  flags: z.record(z.string(), z.number()).describe('Share of members by flag'),
  values: z
    .record(z.string(), z.record(z.string(), z.number()))
    .default({})
    .describe('Of every other facet that can be counted: share of members by value'),
  basis: z
    .object({
      conversations: z.int(),
      units: z
        .number()
        .describe('Independent ones that say as much, fewer where some accounts talk more than others'),
    })
    .optional()
    .describe('What the shares are of; none in records of before there was any'),
});
export type Profile = z.infer<typeof profileSchema>;

/** Whom a cluster split from, and in which generation. */
export const ancestorSchema = z.object({
  id: z.string(),
  generation: z.int(),
  at: z.number().describe('Event time of the rebuild, ms'),
});

/** One cluster of a generation. Key `<space>/cluster/<id>`. */
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
  estimate: z
    .object({
      conversations: z.number(),
      error: z.number().describe('Standard error, by account'),
      accounts: z.number().optional(),
      accounts_error: z.number().optional().describe('Standard error'),
    })
    .optional()
    .describe('How many conversations, and accounts, the members stand for; absent: for themselves'),
  mean_similarity: z.number(),
  ...profileSchema.shape,
  label: labelSchema.nullable().describe('null: below the thresholds, or hidden by the auditor'),
  parent: z.string().nullable(),
  x: z
    .number()
    .nullable()
    .default(null)
    .describe('Place on the map; null in records of before there was one'),
  y: z.number().nullable().default(null),
  naming: z
    .object({
      at: z.number().describe('Event time since when it bears its name, ms'),
      conversations: z.int().describe('Members it was named from'),
      kept: z.number().describe('Share of them that came along since, by generations'),
      written: z
        .number()
        .optional()
        .describe(
          'Event time of its label, ms: later than `at` where it was written again in the same words',
        ),
      centroid: z.string().optional().describe('Its centroid then, base64: what it was about'),
    })
    .nullable()
    .default(null)
    .describe('null: no name, or not known'),
  names: z
    .array(z.object({ name: z.string(), from: z.number().describe('Event time, ms') }))
    .default([])
    .describe('Names it was shown by before, oldest first'),
  coordination: coordinationSchema
    .nullable()
    .default(null)
    .describe('null: too few of the panel, or not looked at'),
  descends: z
    .array(ancestorSchema)
    .default([])
    .describe('Clusters it split from, the nearest first: by them it inherits silences'),
});
export type ClusterRecord = z.infer<typeof clusterRecordSchema>;

export const parentSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  by: labelSchema.shape.by.optional().describe('Absent: no name, or of before it was told'),
  prompt: labelSchema.shape.prompt,
  audit: z.number().nullable(),
  audit_prompt: labelSchema.shape.audit_prompt,
  children: z.array(z.string()).describe('Clusters on level 1, parents of the level below above it'),
  level: z.int().default(1).describe('1: stands over clusters'),
  parent: z.string().nullable().default(null).describe('On the level above; null: on the highest'),
  named_from: z
    .array(z.string())
    .default([])
    .describe('Children whose names its own was made of: when one may no longer be shown, neither may this'),
  basis: z.string().default('').describe('Digest of those names: while it stays, so does the name'),
});
export type Parent = z.infer<typeof parentSchema>;

/** History under the new clusters, columnar. Key `<space>/backcast/<generation>/<chunk>`, or `<space>/founders/<chunk>`. */
export const backcastSchema = z.object({
  kind: z.literal('backcast'),
  of: z
    .enum(['window', 'founders'])
    .describe('The whole window of a full generation, or the founders of a newborn'),
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
  conversation: z
    .array(z.number())
    .default([])
    .describe('53-bit hash of each conversation token; none in records of before there were any'),
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
  tree: z
    .object({
      at: z.number().describe('Event time, ms'),
      changed: z
        .number()
        .describe('Share of clusters that had come, gone or been renamed since, at the last full generation'),
      names: z
        .record(z.string(), z.string())
        .optional()
        .describe('By cluster it was made from, a digest of its name; empty: none that might be shown'),
      prompts: z
        .record(z.string(), z.string())
        .optional()
        .describe('Hashes of the prompts of its steps; none offline'),
    })
    .nullable()
    .default(null)
    .describe('When the parents were made anew; null: none, or not known'),
  relations: z.array(relationSchema),
  backcast_chunks: z.int().describe('Of the full generation'),
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
