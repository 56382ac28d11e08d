import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/app/load-config.ts';
import { CliowatchError } from '../../src/domain/errors.ts';

function refusal(...flags: string[]): string {
  try {
    loadConfig({ environment: {}, flags });
  } catch (error) {
    if (error instanceof CliowatchError) return error.message;
    throw error;
  }
  return '';
}

const sasl = 'log.kafka.sasl';
const tls = 'log.kafka.tls';

describe('settings that are right alone are refused where they are wrong together', () => {
  const wrong: readonly (readonly [flags: string[], said: string])[] = [
    [
      ['intake.repartition=true'],
      'intake.repartition = true (from flags): must be false: what comes into the embedded log is keyed already',
    ],
    [
      [
        'intake.repartition=true',
        'log.adapter=kafka',
        'intake.topic=own.conversations-by-id',
        'log.prefix=own.',
      ],
      'intake.repartition = true (from flags): would write own.conversations-by-id into itself: set another intake.topic or log.prefix',
    ],
    [
      ['intake.sampling.share=0.5'],
      'intake.sampling.strategy = "all" (from DEFAULT): must be conversations or outputs: intake.sampling.share asks for a part of them',
    ],
    [
      ['intake.sampling.dollars_per_hour=1'],
      'intake.sampling.strategy = "all" (from DEFAULT): must be conversations or outputs: intake.sampling.dollars_per_hour asks for a part of them',
    ],
    [
      ['embedder.adapter=transformers'],
      'embedder.model = null (from DEFAULT): must be set: embedder.adapter is transformers',
    ],
    [
      ['embedder.adapter=openai', 'embedder.model=m'],
      'embedder.dimension = null (from DEFAULT): must be set: embedder.adapter is openai',
    ],
    [
      ['embedder.adapter=voyage', 'embedder.dimension=8'],
      'embedder.model = null (from DEFAULT): must be set: embedder.adapter is voyage',
    ],
    [
      ['cluster.min_clusters=9', 'cluster.max_clusters=8'],
      'cluster.min_clusters = 9 (from flags): must be at most cluster.max_clusters, which is 8',
    ],
    [
      [`${sasl}.mechanism=plain`, `${sasl}.username=u`],
      `${sasl}.password = null (from DEFAULT): must be set: ${sasl}.mechanism is plain`,
    ],
    [
      [`${sasl}.username=u`],
      `${sasl}.mechanism = "none" (from DEFAULT): must be plain, scram-sha-256 or scram-sha-512: a username is set`,
    ],
    [[`${tls}.ca_file=a.pem`], `${tls}.enabled = false (from DEFAULT): must be true: files for TLS are set`],
    [
      [`${tls}.enabled=true`, `${tls}.key_file=a.pem`],
      `${tls}.cert_file = null (from DEFAULT): must be set: ${tls}.key_file is, and TLS needs both`,
    ],
    [
      ['http.tls.cert_file=a.pem'],
      'http.tls.key_file = null (from DEFAULT): must be set: http.tls.cert_file is, and TLS needs both',
    ],
  ];
  it.each(wrong)('%j', (flags, said) => {
    expect(refusal(...flags).replaceAll(/from \S*default\.yaml/g, 'from DEFAULT')).toBe(said);
  });

  it('all at once, a line each', () => {
    expect(refusal('embedder.adapter=openai', 'http.tls.key_file=k.pem').split('\n')).toHaveLength(3);
  });
});

it.each([
  [['embedder.adapter=transformers', 'embedder.model=m']],
  [['embedder.adapter=voyage', 'embedder.model=m', 'embedder.dimension=8']],
  [['cluster.min_clusters=8', 'cluster.max_clusters=8']],
  [[`${sasl}.mechanism=plain`, `${sasl}.username=u`, `${sasl}.password=p`]],
  [[`${tls}.enabled=true`]],
  [[`${tls}.enabled=true`, `${tls}.ca_file=a.pem`]],
  [['http.tls.cert_file=c.pem', 'http.tls.key_file=k.pem']],
])('right together: %j', (flags) => {
  expect(refusal(...flags)).toBe('');
});
