/** Every setting. The file `config/default.yaml` holds the defaults and says why; this says what each may be; config-rules.ts, what they must be together. */
import { z } from 'zod';
import { facetDefinitionsSchema } from '../domain/facet-definition.ts';
import { watchesSchema } from '../domain/watch.ts';

const positive = z.number().positive();
const count = z.int().positive();
const share = z.number().min(0).max(1);
const seconds = positive;

const log = z.strictObject({
  adapter: z.enum(['embedded', 'kafka']),
  prefix: z.string().regex(/^[a-zA-Z0-9._-]*$/),
  batch: count.max(10_000),
  embedded: z.strictObject({ path: z.string().min(1), max_bytes: count, partitions: count.max(64) }),
  kafka: z.strictObject({
    brokers: z.array(z.string().regex(/^[^\s:]+:\d+$/, 'must be host:port')).min(1),
    client_id: z.string().min(1),
    group_prefix: z.string(),
    tls: z.strictObject({
      enabled: z.boolean(),
      ca_file: z.string().nullable(),
      cert_file: z.string().nullable(),
      key_file: z.string().nullable(),
    }),
    sasl: z.strictObject({
      mechanism: z.enum(['none', 'plain', 'scram-sha-256', 'scram-sha-512']),
      username: z.string().nullable(),
      password: z.string().nullable(),
    }),
    replication_factor: count,
  }),
});

const intake = z.strictObject({
  topic: z.string().regex(/^[a-zA-Z0-9._-]+$/),
  repartition: z.boolean(),
  earliest: z.iso.datetime({ offset: true }),
  max_future_seconds: seconds,
  max_bytes: count,
  dead_letter_bodies: z.boolean(),
  zero_retention_accounts: z.array(z.string().min(1)),
  tool_names: z.array(z.string().regex(/^[a-zA-Z0-9_.:-]{1,64}$/)).max(1_000),
  seen_cap: count,
  sampling: z.strictObject({
    strategy: z.enum(['all', 'conversations', 'outputs']),
    share: positive.max(1),
    dollars_per_hour: positive.nullable(),
    calls_per_hour: positive.nullable(),
    least_share: positive.max(1),
  }),
});

const tokens = z.strictObject({
  key: z.string().nullable(),
  key_file: z.string().nullable(),
});

const link = z
  .url()
  .refine((url) => url.includes('{id}'), 'must hold {id}, where the id goes')
  .nullable();
const safety = z.strictObject({ conversation_url: link, account_url: link });

const price = z.strictObject({
  input: z.number().nonnegative(),
  output: z.number().nonnegative(),
  cache_read: z.number().nonnegative(),
  cache_write: z.number().nonnegative(),
});

const claude = z.strictObject({
  api_key: z.string().nullable(),
  base_url: z.url().nullable(),
  summarizer_model: z.string().min(1),
  labeler_model: z.string().min(1),
  concurrency: count.max(1_000),
  retries: z.int().min(0).max(20),
  timeout_seconds: seconds,
  transcript_tokens: z.int().min(200).max(500_000),
  cache: z.int().min(0).max(10_000_000),
  cache_file: z.strictObject({ path: z.string().min(1).nullable(), entries: count }),
  budget_per_hour: positive.nullable(),
  when_down: z.enum(['wait', 'offline']),
  thinking: z.record(z.string(), z.enum(['adaptive', 'between_tools', 'disabled'])),
  answer_tokens: z.strictObject({ facets: count, label: count, audit: count, nest: count }),
  prices: z.record(z.string(), price),
});

const embedder = z.strictObject({
  adapter: z.enum(['minilm', 'transformers', 'openai', 'voyage']),
  threads: z.int().min(0).max(64),
  cache: count,
  cache_path: z.string().nullable(),
  model: z.string().nullable(),
  url: z.url().nullable(),
  api_key: z.string().nullable(),
  dimension: count.nullable(),
  batch: count.max(2_048),
});

const cluster = z.strictObject({
  window: count.max(1_000_000),
  window_days: positive,
  first_at: count,
  members_per_cluster: positive,
  smallest: count,
  min_clusters: count,
  max_clusters: count.max(10_000),
  iterations: count.max(1_000),
  merge_similarity: share,
  rebuild_minutes: positive,
  rebuild_growth: z.number().min(1.01),
  rebuild_outlier_rate: share,
  rebuild_similarity_drop: share,
  rebuild_ambiguity_rise: share,
  min_gap_minutes: positive,
  false_outlier_rate: share,
  radius_floor: share,
  radius_prior: z.number().nonnegative(),
  sample_rate: positive,
  newborn: z.strictObject({
    similarity: share,
    loosest: share,
    chance: z.number().positive().max(0.01),
    min_accounts: count,
    min_conversations: count,
    min_templates: count,
    buffer: count,
    hours: positive,
  }),
  seed: z.int(),
});

const hierarchy = z.strictObject({
  top: z.int().min(2).max(1_000),
  levels: z.int().min(2).max(10).nullable(),
  fan_out: z.number().min(2),
  neighbourhood: z.int().min(4).max(200),
  rebuild_changed: share,
  rebuild_days: positive,
});

const growth = z.strictObject({
  watch_per_day: positive,
  page_per_day: positive,
  watermark_minutes: z.number().nonnegative(),
  warmup_hours: z.number().nonnegative(),
  min_accounts: count,
  ratio_open: z.number().min(1),
  close_after_minutes: positive,
  idle_partition_seconds: seconds,
  accounts_cap: count,
  snapshot_minutes: positive,
});

const atLeast = (n: number): string =>
  `must be at least ${n}: what is shown to readers is protected more, never less`;

const privacy = z.strictObject({
  min_accounts: count.min(8, atLeast(8)),
  min_conversations: count.min(10, atLeast(10)),
  min_audit: z.number().min(3, atLeast(3)).max(5),
});

const role = z.enum(['ingest', 'reader', 'operator', 'safety']);
const http = z.strictObject({
  host: z.string().min(1),
  port: z.int().min(0).max(65_535),
  tokens: z.array(
    z.strictObject({ name: z.string().min(1), token: z.string().min(16), roles: z.array(role).min(1) }),
  ),
  max_backlog: count,
  ingest_timeout_seconds: seconds,
  public_url: z.url().nullable(),
  trust_proxy: z.boolean(),
  tls: z.strictObject({ cert_file: z.string().nullable(), key_file: z.string().nullable() }),
});

const sinks = z.strictObject({
  console: z.boolean(),
  give_up_hours: positive,
  alertmanager: z.strictObject({
    url: z.url().nullable(),
    token: z.string().nullable(),
    resend_seconds: seconds,
  }),
  webhook: z.strictObject({ url: z.url().nullable(), secret: z.string().min(16).nullable() }),
});

const silences = z.strictObject({ max_days: positive.max(90), max: count.max(5_000) });
const metrics = z.strictObject({ clusters: count.max(10_000) });
const store = z.strictObject({ path: z.string().min(1), days: positive });
const logging = z.strictObject({
  level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']),
  format: z.enum(['json', 'pretty']),
});

export const settingsSchema = z.strictObject({
  data: z.string().min(1),
  log,
  intake,
  tokens,
  safety,
  facets: facetDefinitionsSchema,
  watches: watchesSchema,
  summarizer: z.enum(['auto', 'claude', 'offline']),
  labeler: z.enum(['auto', 'claude', 'offline']),
  claude,
  embedder,
  index: z.strictObject({
    adapter: z.enum(['hnsw', 'exact']),
    m: count,
    ef_construction: count,
    ef_search: count,
  }),
  cluster,
  hierarchy,
  growth,
  privacy,
  http,
  sinks,
  metrics,
  silences,
  store,
  logging,
});
export type Config = z.infer<typeof settingsSchema>;
