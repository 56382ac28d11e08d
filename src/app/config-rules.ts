/** What settings must be together; each alone is right. Each rule names the setting, why it is wrong, and what is allowed. */

import type { z } from 'zod';
import { CORE_KINDS, RESERVED_FACETS } from '../domain/facet-definition.ts';
import { topicNames } from '../pipeline/topics.ts';
import { type Config, settingsSchema } from './config.ts';
import { watchFaults } from './watch-faults.ts';

type Fault = { readonly path: readonly string[]; readonly message: string };

const RULES: readonly ((config: Config) => readonly Fault[])[] = [
  repartition,
  sampling,
  embedder,
  clusters,
  facets,
  watches,
  sasl,
  kafkaTls,
  httpTls,
  answers,
];

export const configSchema = settingsSchema.superRefine((config, context) => {
  for (const { path, message } of RULES.flatMap((rule) => rule(config)))
    context.addIssue({ code: 'custom', path: [...path], message });
}) satisfies z.ZodType<Config>;

const isSet = (value: unknown): boolean => value !== null && value !== '';

/** Those of `settings` that are not set, as faults. */
function needed(
  path: readonly string[],
  settings: Readonly<Record<string, unknown>>,
  because: string,
): Fault[] {
  return Object.entries(settings)
    .filter(([, value]) => !isSet(value))
    .map(([name]) => ({ path: [...path, name], message: `must be set: ${because}` }));
}

function repartition({ intake, log }: Config): readonly Fault[] {
  if (!intake.repartition) return [];
  const path = ['intake', 'repartition'];
  if (log.adapter !== 'kafka')
    return [{ path, message: 'must be false: what comes into the embedded log is keyed already' }];
  if (topicNames(intake.topic, log.prefix, true).conversations !== intake.topic) return [];
  return [
    { path, message: `would write ${intake.topic} into itself: set another intake.topic or log.prefix` },
  ];
}

function sampling({ intake }: Config): readonly Fault[] {
  const { strategy, share, dollars_per_hour, calls_per_hour } = intake.sampling;
  // A budget that holds nothing is one that somebody believes in.
  const set = Object.entries({ share: share < 1 ? share : null, dollars_per_hour, calls_per_hour });
  const [other] = set.find(([, value]) => value !== null) ?? [];
  if (strategy !== 'all' || other === undefined) return [];
  const message = `must be conversations or outputs: intake.sampling.${other} asks for a part of them`;
  return [{ path: ['intake', 'sampling', 'strategy'], message }];
}

function embedder({ embedder: { adapter, model, dimension } }: Config): readonly Fault[] {
  if (adapter === 'minilm') return [];
  const settings = adapter === 'transformers' ? { model } : { model, dimension };
  return needed(['embedder'], settings, `embedder.adapter is ${adapter}`);
}

function clusters({ cluster: { min_clusters, max_clusters } }: Config): readonly Fault[] {
  if (min_clusters <= max_clusters) return [];
  const message = `must be at most cluster.max_clusters, which is ${max_clusters}`;
  return [{ path: ['cluster', 'min_clusters'], message }];
}

function facets({ facets: given }: Config): readonly Fault[] {
  const faults: Fault[] = [];
  const fault = (path: readonly string[], message: string) =>
    faults.push({ path: ['facets', ...path], message });
  for (const [id, kind] of Object.entries(CORE_KINDS)) {
    const facet = given[id];
    if (facet === undefined) fault([id], 'must not be taken away: clusters and concern rest on it');
    else if (facet.kind !== kind) fault([id, 'kind'], `must be ${kind}: other parts rest on what it means`);
  }
  if (given.request?.kind === 'text' && !given.request.clusters)
    fault(['request', 'clusters'], 'must be true: it makes the default clusters');
  if (given.concern?.kind === 'number' && (given.concern.from !== 1 || given.concern.to !== 5))
    fault(['concern'], 'must be from 1 to 5 (Clio G.3)');
  for (const id of RESERVED_FACETS)
    if (Object.hasOwn(given, id))
      fault([id], 'must have another name: this one means something else already');
  return faults;
}

function watches({ watches: given, ...config }: Config): readonly Fault[] {
  return Object.entries(given).flatMap(([id, watch]) =>
    watchFaults(id, watch, config).map(({ path, message }) => ({ path: ['watches', id, ...path], message })),
  );
}

function sasl({ log }: Config): readonly Fault[] {
  const { mechanism, username, password } = log.kafka.sasl;
  const path = ['log', 'kafka', 'sasl'];
  if (mechanism !== 'none')
    return needed(path, { username, password }, `${path.join('.')}.mechanism is ${mechanism}`);
  if (!isSet(username)) return [];
  // A login that is not used is one that somebody believes in.
  const message = 'must be plain, scram-sha-256 or scram-sha-512: a username is set';
  return [{ path: [...path, 'mechanism'], message }];
}

function kafkaTls({ log }: Config): readonly Fault[] {
  const { enabled, ca_file, cert_file, key_file } = log.kafka.tls;
  const path = ['log', 'kafka', 'tls'];
  const pair = halfPair(path, { cert_file, key_file });
  if (enabled || ![ca_file, cert_file, key_file].some(isSet)) return pair;
  return [...pair, { path: [...path, 'enabled'], message: 'must be true: files for TLS are set' }];
}

function httpTls({ http: { tls } }: Config): readonly Fault[] {
  return halfPair(['http', 'tls'], tls);
}

function answers({ claude: { cache, cache_file } }: Config): readonly Fault[] {
  if (cache > 0 || cache_file.path === null) return [];
  return [{ path: ['claude', 'cache'], message: 'must be above 0: claude.cache_file.path is set' }];
}

/** One half alone would be passed over, and plain text spoken. */
function halfPair(
  path: readonly string[],
  { cert_file, key_file }: { cert_file: string | null; key_file: string | null },
): Fault[] {
  if (isSet(cert_file) === isSet(key_file)) return [];
  const given = isSet(cert_file) ? 'cert_file' : 'key_file';
  return needed(path, { cert_file, key_file }, `${path.join('.')}.${given} is, and TLS needs both`);
}
