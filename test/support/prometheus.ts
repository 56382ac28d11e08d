/** A real Prometheus on a free port with storage of its own, with the repository's own rules and scrape settings. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { startService } from './service.ts';

const CONFIG = join(import.meta.dirname, '../../config/prometheus');

const configSchema = z.looseObject({
  global: z.looseObject({}),
  scrape_configs: z.array(
    z.looseObject({ job_name: z.string(), authorization: z.looseObject({}).optional() }),
  ),
});

const answerSchema = z.object({
  status: z.enum(['success', 'error']),
  error: z.string().optional(),
  data: z.object({ resultType: z.string(), result: z.array(z.unknown()) }).optional(),
});

const seriesSchema = z.object({
  metric: z.record(z.string(), z.string()),
  value: z.tuple([z.number(), z.string()]),
});
type Sample = { readonly labels: Readonly<Record<string, string>>; readonly value: number };

const alertsSchema = z.object({
  data: z.object({
    alerts: z.array(
      z.object({
        labels: z.record(z.string(), z.string()),
        annotations: z.record(z.string(), z.string()),
        state: z.string(),
      }),
    ),
  }),
});
type PrometheusAlert = z.infer<typeof alertsSchema>['data']['alerts'][number];

const rulesSchema = z.object({
  data: z.object({
    groups: z.array(
      z.object({
        rules: z.array(z.object({ name: z.string(), health: z.string(), lastError: z.string().optional() })),
      }),
    ),
  }),
});

export type RunningPrometheus = {
  readonly url: string;
  /** Answers of an instant query. @throws Error with Prometheus' words when the query is wrong */
  query(expression: string): Promise<Sample[]>;
  /** Alerts of the rules, pending and firing. */
  alerts(): Promise<PrometheusAlert[]>;
  /** Every rule with its health: ok, err, or unknown before its first evaluation. */
  rules(): Promise<{ name: string; health: string; lastError?: string | undefined }[]>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** It scrapes `target` (a base address) every second, by config/prometheus/prometheus.yml in all else. */
export async function startPrometheus(
  binary: string,
  target: { url: string; token: string },
): Promise<RunningPrometheus> {
  const service = await startService('Prometheus', binary, (folder, port) => {
    const config = join(folder, 'prometheus.yml');
    writeFileSync(config, testConfig(folder, target));
    const storage = [`--config.file=${config}`, `--storage.tsdb.path=${join(folder, 'data')}`];
    return [...storage, `--web.listen-address=127.0.0.1:${port}`];
  });
  const { url } = service;
  const get = async (path: string): Promise<unknown> => (await fetch(`${url}/api/v1/${path}`)).json();
  return {
    url,
    query: async (expression) =>
      samples(expression, await get(`query?query=${encodeURIComponent(expression)}`)),
    alerts: async () => alertsSchema.parse(await get('alerts')).data.alerts,
    rules: async () => rulesSchema.parse(await get('rules')).data.groups.flatMap(({ rules }) => rules),
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  };
}

function samples(expression: string, raw: unknown): Sample[] {
  const { status, error, data } = answerSchema.parse(raw);
  if (status === 'error' || data === undefined) throw new Error(`${expression}\n${error ?? 'no data'}`);
  if (data.resultType === 'scalar') return [{ labels: {}, value: Number(data.result[1]) }];
  return z
    .array(seriesSchema)
    .parse(data.result)
    .map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
}

/** The committed settings with a faster pace, one target, and a token file that is there. */
function testConfig(folder: string, target: { url: string; token: string }): string {
  const tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, target.token);
  const config = configSchema.parse(parse(readFileSync(join(CONFIG, 'prometheus.yml'), 'utf8')));
  const jobs = config.scrape_configs.map((job) => ({
    job_name: job.job_name,
    authorization: { ...job.authorization, credentials_file: tokenFile },
    static_configs: [{ targets: [new URL(target.url).host] }],
  }));
  return stringify({
    global: { ...config.global, scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [join(CONFIG, 'rules/*.yml')],
    scrape_configs: jobs,
  });
}
