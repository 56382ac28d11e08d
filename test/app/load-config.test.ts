import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { configSchema } from '../../src/app/config-rules.ts';
import { type ConfigSources, DEFAULT_CONFIG, loadConfig } from '../../src/app/load-config.ts';
import { CliowatchError } from '../../src/domain/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'config-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
function file(text: string): string {
  const path = join(folder, `${files++}.yaml`);
  writeFileSync(path, text);
  return path;
}

const load = (sources: Partial<ConfigSources> = {}) => loadConfig({ environment: {}, ...sources });

function refusal(sources: Partial<ConfigSources>): string {
  try {
    load(sources);
  } catch (error) {
    if (error instanceof CliowatchError) return `${error.code} ${error.message}`;
    throw error;
  }
  throw new Error('was not refused');
}

/** Every setting below a schema, by path; a map of free keys is one. */
function settingsOf(schema: z.ZodType, path: string[] = []): string[] {
  if (!(schema instanceof z.ZodObject)) return [path.join('.')];
  return Object.entries(schema.shape).flatMap(([key, inner]) =>
    inner instanceof z.ZodType ? settingsOf(inner, [...path, key]) : [],
  );
}

function at(tree: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
      tree,
    );
}

describe('1 defaults', () => {
  const tree: unknown = parse(readFileSync(DEFAULT_CONFIG, 'utf8'));
  const settings = settingsOf(configSchema);

  it('are right by themselves', () => {
    expect(load()).toEqual(configSchema.parse(tree));
  });

  it('are there for every setting of the schema', () => {
    expect(settings.length).toBeGreaterThan(90);
    for (const path of settings) expect(at(tree, path), path).not.toBeUndefined();
  });

  it('can each be given by the environment', () => {
    for (const path of settings) {
      const name = `CLIOWATCH_${path.toUpperCase().replaceAll('.', '__')}`;
      const value = at(tree, path);
      const text = typeof value === 'string' ? value || '""' : JSON.stringify(value);
      expect(at(load({ environment: { [name]: text } }), path), name).toEqual(value);
      // A secret may look like anything.
      if (/(key|password|secret|token)$/.test(path)) continue;
      expect(refusal({ environment: { [name]: '{ no: such }' } }), name).toContain(path);
    }
  });
});

describe('2 layers', () => {
  it('go over each other: file, environment, flags', () => {
    const path = file('http: { port: 1001 }\nlog: { batch: 11 }\ncluster: { seed: 5 }\n');
    const environment = { CLIOWATCH_HTTP__PORT: '1002', CLIOWATCH_LOG__BATCH: '12' };
    const config = load({ file: path, environment, flags: ['http.port=1003'] });
    expect([config.http.port, config.log.batch, config.cluster.seed]).toEqual([1003, 12, 5]);
    expect(config.http.host).toBe('127.0.0.1');
  });

  it('of flags: the last one counts', () => {
    expect(load({ flags: ['http.port=1', 'http.port=2'] }).http.port).toBe(2);
  });

  it('replace lists as a whole', () => {
    const flags = ['log.kafka.brokers=["a:1"]'];
    expect(load({ flags }).log.kafka.brokers).toEqual(['a:1']);
  });

  it('take the usual name of the Anthropic key, unless ours is given', () => {
    const environment = { ANTHROPIC_API_KEY: 'usual' };
    expect(load({ environment }).claude.api_key).toBe('usual');
    expect(load({ environment: { ...environment, CLIOWATCH_CLAUDE__API_KEY: 'ours' } }).claude.api_key).toBe(
      'ours',
    );
    expect(load({ environment: { ANTHROPIC_API_KEY: '' } }).claude.api_key).toBeNull();
  });

  it('of the environment pass over variables that are no settings', () => {
    const environment = { CLIOWATCH_CONFIG: 'x', CLIOWATCH_TOKEN: 'y', CLIOWATCH_STACK: '1', PATH: '/bin' };
    expect(load({ environment })).toEqual(load());
  });
});

describe('3 what is wrong', () => {
  it('is refused with path, value, where it comes from and what is allowed', () => {
    const text = refusal({ flags: ['http.port=99999'] });
    expect(text).toMatch(/^config\/invalid http\.port = 99999 \(from flags\): .*65535/);
    expect(refusal({ flags: ['logging.level=loud'] })).toMatch(/logging\.level = "loud".*"warn"/);
  });

  it('is refused all at once, a line each', () => {
    const text = refusal({ flags: ['http.port=-1', 'log.batch=0', 'growth.ratio_open=x'] });
    expect(text.split('\n')).toHaveLength(3);
  });

  it('is refused as unknown, with what is known there', () => {
    expect(refusal({ file: file('http: { prot: 1 }\n') })).toMatch(
      /http\.prot = 1 .*unknown setting; known here: host, port/,
    );
    expect(refusal({ environment: { CLIOWATCH_HTTP__PROT: '1' } })).toContain('http.prot');
    expect(refusal({ flags: ['nothing.here=1'] })).toContain('nothing');
  });

  it('is refused when it is no setting at all', () => {
    expect(refusal({ flags: ['http.port'] })).toContain('must be path=value');
    expect(refusal({ file: file('- a\n- b\n') })).toContain('must hold settings by name');
    expect(refusal({ file: join(folder, 'none.yaml') })).toContain('config/unreadable');
    expect(refusal({ file: file('a: [\n') })).toContain('config/invalid');
  });

  it('changes nothing outside of the settings', () => {
    expect(load({ flags: ['__proto__.polluted=1', '__proto__.port=1'] })).toEqual(load());
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});

describe('4 secrets', () => {
  it('are taken as they stand, whatever they look like', () => {
    for (const secret of ['123456', '@at', '*star', 'a # b', '{x', 'yes: no', '1e9']) {
      expect(
        load({ environment: { CLIOWATCH_LOG__KAFKA__SASL__PASSWORD: secret } }).log.kafka.sasl.password,
      ).toBe(secret);
      expect(load({ flags: [`claude.api_key=${secret}`] }).claude.api_key).toBe(secret);
    }
    expect(load({ flags: ['claude.api_key=null'] }).claude.api_key).toBeNull();
  });

  const secret = 'hunter2-hunter2';
  const wrong: readonly [what: string, sources: Partial<ConfigSources>][] = [
    ['too short', { flags: [`sinks.webhook.secret=${secret}`] }],
    ['misspelt', { flags: [`claude.apikey=${secret}`] }],
    ['in place of all settings of a part', { environment: { CLIOWATCH_CLAUDE: secret } }],
    ['in place of a token with its name', { environment: { CLIOWATCH_HTTP__TOKENS: `["${secret}"]` } }],
    [
      'in a token with a part too much',
      {
        environment: { CLIOWATCH_HTTP__TOKENS: `[{ name: a, token: b, roles: [reader], tokn: ${secret} }]` },
      },
    ],
    [
      'in a token of no role',
      { environment: { CLIOWATCH_HTTP__TOKENS: `[{ name: a, token: ${secret}, roles: [king] }]` } },
    ],
    ['in a list that is none', { environment: { CLIOWATCH_HTTP__TOKENS: `[{ token: ${secret}` } }],
    ['in a file that is no YAML', { file: file(`claude:\n  api_key: @${secret}\n`) }],
  ];
  for (const [what, sources] of wrong) {
    it(`${what} are not shown in the error`, () => {
      expect(refusal(sources)).not.toContain(secret);
    });
  }
});
