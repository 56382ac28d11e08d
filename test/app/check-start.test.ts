import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkStart } from '../../src/app/check-start.ts';
import { startApp } from '../../src/app/compose.ts';
import { loadConfig } from '../../src/app/load-config.ts';
import { CliowatchError } from '../../src/domain/errors.ts';
import { ALL_ROLES } from '../../src/pipeline/roles.ts';

const folder = mkdtempSync(join(tmpdir(), 'check-start-'));
afterAll(() => rmSync(folder, { recursive: true }));
const data = join(folder, 'data');
const nonsense = join(folder, 'nonsense.pem');
writeFileSync(nonsense, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
const plain = join(folder, 'plain.pem');
writeFileSync(plain, 'hello');
const none = join(folder, 'none.pem');

const configOf = (flags: readonly string[]) =>
  loadConfig({ environment: {}, flags: [`data=${data}`, 'http.port=0', 'logging.level=silent', ...flags] });

const kafka = ['log.adapter=kafka', `tokens.key=${Buffer.alloc(32, 1).toString('base64')}`];
const tls = 'log.kafka.tls';
const wrong: readonly (readonly [what: string, flags: readonly string[], said: RegExp])[] = [
  [
    'an address that others reach, without tokens',
    ['http.host=0.0.0.0'],
    /http\.host is 0\.0\.0\.0.*http\.tokens/,
  ],
  [
    'a summarizer without its key',
    ['summarizer=claude'],
    /claude\.api_key must be set: summarizer is claude/,
  ],
  ['a labeler without its key', ['labeler=claude'], /claude\.api_key must be set: labeler is claude/],
  ['Kafka without a key for tokens', ['log.adapter=kafka'], /tokens\.key is not set/],
  ['a key for tokens that is none', ['tokens.key=abc'], /tokens\.key must be 32 bytes/],
  ['a key file that is not there', [`tokens.key_file=${none}`], /tokens\.key_file cannot be read/],
  [
    'a certificate that is not there',
    [`http.tls.cert_file=${none}`, `http.tls.key_file=${none}`],
    /http\.tls\.cert_file = .*none\.pem: ENOENT/,
  ],
  [
    'a certificate that is none',
    [`http.tls.cert_file=${plain}`, `http.tls.key_file=${plain}`],
    /http\.tls\.cert_file = .*must be a PEM file/,
  ],
  [
    'a certificate that cannot be used',
    [`http.tls.cert_file=${nonsense}`, `http.tls.key_file=${nonsense}`],
    /http\.tls\.cert_file: certificate and key do not fit/,
  ],
  [
    'an authority that is not there',
    [...kafka, `${tls}.enabled=true`, `${tls}.ca_file=${none}`],
    /log\.kafka\.tls\.ca_file = .*ENOENT/,
  ],
];

describe('before a start', () => {
  it.each(wrong)('%s is refused, by the check and by the start itself', async (_what, flags, said) => {
    const config = configOf(flags);
    expect(() => checkStart(config, ALL_ROLES)).toThrow(said);
    await expect(startApp({ config, roles: ALL_ROLES, version: '0' })).rejects.toThrow(said);
  });

  it('the remedy for a missing key of Claude is the variable that holds it', () => {
    const error = catchOf(() => checkStart(configOf(['summarizer=claude']), ALL_ROLES));
    expect(error?.remedy).toContain('ANTHROPIC_API_KEY');
  });

  it('all that is wrong is told at once', () => {
    const error = catchOf(() => checkStart(configOf(['summarizer=claude', 'http.host=0.0.0.0']), ALL_ROLES));
    expect(error?.message.split('\n')).toHaveLength(2);
  });

  it('what is right is let through, and a process needs the key only for what it does', () => {
    checkStart(configOf([]), ALL_ROLES);
    checkStart(configOf(kafka), ALL_ROLES);
    checkStart(configOf(['log.adapter=kafka']), ['detect']);
  });
});

function catchOf(work: () => void): CliowatchError | null {
  try {
    work();
  } catch (error) {
    if (error instanceof CliowatchError) return error;
  }
  return null;
}
