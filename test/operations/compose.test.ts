import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadConfig } from '../../src/app/load-config.ts';
import { ALL_ROLES } from '../../src/pipeline/roles.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const serviceSchema = z.looseObject({
  image: z.string(),
  build: z.object({ context: z.string(), dockerfile: z.string() }).optional(),
  command: z.array(z.string()).optional(),
  restart: z.string(),
  environment: z.record(z.string(), z.string()).optional(),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  healthcheck: z.union([
    z.object({ disable: z.literal(true) }),
    z.object({ test: z.array(z.string()), interval: z.string(), retries: z.int() }).loose(),
  ]),
  deploy: z.object({ resources: z.object({ limits: z.object({ memory: z.string() }) }) }),
  security_opt: z.array(z.string()),
  cap_drop: z.array(z.string()),
});
const composeSchema = z.looseObject({
  services: z.record(z.string(), serviceSchema),
  volumes: z.record(z.string(), z.null()),
});

const compose = composeSchema.parse(parse(read('docker-compose.yml'), { merge: true }));
const services = Object.entries(compose.services).map(([name, service]) => ({ name, ...service }));
const cliowatch = services.filter(({ build }) => build !== undefined);
/** ${NAME:?why} and ${NAME:-default} as an operator would set them. */
const substituted = (text: string): string =>
  text.replaceAll(/\$\{(\w+):([?-])([^}]*)\}/g, (_, _name, kind, rest) =>
    kind === '-' ? rest : 'x'.repeat(32),
  );

test('runs every role, and what keeps watch over them', () => {
  const roles = cliowatch.flatMap(({ command = [] }) => {
    const at = command.indexOf('--roles');
    return at < 0 ? [] : [command[at + 1]];
  });
  expect(roles).toEqual(ALL_ROLES);
  const others = services.filter(({ build }) => build === undefined).map(({ name }) => name);
  expect(others).toEqual(['kafka', 'prometheus', 'alertmanager', 'grafana']);
});

test.each(services)('$name is pinned to one version', ({ image }) => {
  expect(image).toMatch(/^[\w/.-]+:v?\d+\.\d+\.\d+$/);
});

test.each(services)('$name says whether it is well, comes back by itself, and is bounded', (service) => {
  const once = service.name === 'topics';
  expect(service.restart).toBe(once ? 'on-failure' : 'unless-stopped');
  expect('test' in service.healthcheck).toBe(!once);
  expect(service.deploy.resources.limits.memory).toMatch(/^\d+[mg]$/);
});

test.each(services)('$name may not gain rights', ({ security_opt, cap_drop }) => {
  expect(security_opt).toEqual(['no-new-privileges:true']);
  expect(cap_drop).toEqual(['ALL']);
});

test.each(services)('$name can be reached from this machine only', ({ ports }) => {
  for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
});

test.each(services)('$name mounts only files that exist and volumes that are named', ({ volumes }) => {
  for (const volume of volumes) {
    const [source = '', , mode] = volume.split(':');
    if (source.startsWith('./')) {
      expect(existsSync(join(ROOT, source)), source).toBe(true);
      expect(mode).toBe('ro');
    } else expect(Object.keys(compose.volumes)).toContain(source);
  }
});

test.each(services)('$name waits for services that exist', ({ depends_on }) => {
  for (const name of Object.keys(depends_on)) expect(Object.keys(compose.services)).toContain(name);
});

test.each(cliowatch)('$name gets settings that cliowatch takes', ({ command = [], environment = {} }) => {
  const file = command[command.indexOf('--config') + 1] ?? '';
  const filled = Object.entries(environment).map(([name, value]) => [name, substituted(value)]);
  const config = loadConfig({ file: join(ROOT, file), environment: Object.fromEntries(filled) });
  expect(config.log).toMatchObject({ adapter: 'kafka', prefix: 'cliowatch.' });
  expect(config.log.kafka.brokers).toEqual(['kafka:19092']);
  expect(config.http).toMatchObject({ host: '0.0.0.0', port: 8642, trust_proxy: true });
  expect(config.http.tokens.map(({ roles }) => roles)).toEqual([['reader'], ['operator', 'ingest']]);
  expect(config.sinks.alertmanager.url).toBe('http://alertmanager:9093');
});

test('holds no secret: each comes from the environment, and starting without it is refused', () => {
  const text = read('docker-compose.yml');
  for (const name of ['CLIOWATCH_TOKENS__KEY', 'CLIOWATCH_METRICS_TOKEN', 'CLIOWATCH_OPERATOR_TOKEN']) {
    expect(text).toContain(`\${${name}:?`);
  }
  expect(text).toContain(`\${GRAFANA_ADMIN_PASSWORD:?`);
  expect(text).not.toMatch(/(password|token|key): *["']?[A-Za-z0-9+/=]{12,}/i);
});

test('settings for Kafka alone are right too, and keep to this machine', () => {
  const config = loadConfig({ file: join(ROOT, 'config/kafka.yaml'), environment: {} });
  expect(config.log.adapter).toBe('kafka');
  expect(config.http.host).toBe('127.0.0.1');
});

test('Prometheus scrapes every role, where it listens', () => {
  const scraped = parse(read('config/prometheus/prometheus.yml'));
  expect(scraped.scrape_configs[0].dns_sd_configs[0]).toMatchObject({ names: ALL_ROLES, port: 8642 });
});

const dockerfile = read('config/docker/Dockerfile');

test('the image is built on the Node that the tests run on, in two stages', () => {
  const { devDependencies } = JSON.parse(read('package.json'));
  const version = dockerfile.match(/^ARG NODE_VERSION=(\d+\.\d+\.\d+)$/m)?.[1];
  expect(`^${version}`).toBe(devDependencies.node);
  expect(dockerfile.match(/^FROM /gm)).toHaveLength(2);
});

test('the image runs as nobody in particular, and says whether it is well', () => {
  const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
  expect(last).toMatch(/^USER node$/m);
  expect(last).toContain('/healthz');
  expect(last).not.toContain('COPY . ');
});

test('the image is built from files that exist and that .dockerignore lets in', () => {
  const allowed = [...read('.dockerignore').matchAll(/^!(\S+)$/gm)].map(([, path]) => path ?? '');
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths = '']) =>
    paths.split(' '),
  );
  expect(copied).not.toHaveLength(0);
  for (const path of copied) {
    expect(allowed).toContain(path);
    expect(statSync(join(ROOT, path))).toBeDefined();
  }
});

test('the image can carry the package for hub models, by the name that the embedder loads', () => {
  const { devDependencies } = JSON.parse(read('package.json'));
  expect(devDependencies['@huggingface/transformers']).toBeDefined();
  expect(dockerfile).toMatch(/^ARG TRANSFORMERS=0$/m);
  expect(dockerfile).toContain("npm pkg delete 'devDependencies.@huggingface/transformers'");
});
