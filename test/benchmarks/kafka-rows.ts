/** Rows of the pipeline on Apache Kafka, next to bare consumers. */
import { z } from 'zod';
import { spread } from './figures.ts';
import { bench, type Part, repeat } from './process.ts';

const rates = z.object({
  result: z.object({
    clusters: z.number(),
    parses: z.number(),
    checks: z.number(),
    relays: z.number(),
    pipeline: z.number(),
  }),
});

export const kafka: Part = {
  name: 'kafka',
  title: 'Apache Kafka',
  about: 'The same conversations through a broker on this machine; conversations a second.',
  inReadme: () => true,
  async rows(quick) {
    const brokers = await repeat(quick, () => bench(rates, 'kafka.ts', quick ? '15000' : '40000'));
    return [
      [
        'bare kafkajs consumer that only parses, a second',
        '',
        spread(brokers.map(({ result }) => result.parses)),
      ],
      [
        'bare kafkajs consumer that parses and checks the schema',
        '',
        spread(brokers.map(({ result }) => result.checks)),
      ],
      [
        'bare kafkajs relay of one record of 3 KB a message, exactly once',
        '',
        spread(brokers.map(({ result }) => result.relays)),
      ],
      [
        'pipeline through Kafka, all roles in one process, two partitions',
        '',
        spread(brokers.map(({ result }) => result.pipeline)),
      ],
      [
        'its ratio to the consumer that only parses (decision 9)',
        '≥ 0.5',
        spread(
          brokers.map(({ result }) => result.pipeline / result.parses),
          3,
        ),
      ],
      [
        'its ratio to the relay',
        '',
        spread(
          brokers.map(({ result }) => result.pipeline / result.relays),
          2,
        ),
      ],
    ];
  },
};
