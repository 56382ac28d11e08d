/** The outcome of a run as a section of docs/evaluation.md. */
import { plot } from '../plot.ts';
import { ALONE, ANYWHERE } from './marked.ts';
import type { Outcome, Places } from './outcome.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const percent = (part: number, of: number): string => `${((100 * part) / Math.max(1, of)).toFixed(1)}%`;

/** offline, or claude with how many were offline after all. */
const byWhom = (counts: Readonly<Record<string, number>>): string =>
  Object.keys(counts).length === 1
    ? Object.keys(counts).join('')
    : Object.entries(counts)
        .map(([by, count]) => `${by} (${count})`)
        .join(', ');

/** @param said what the process wrote to standard output and error */
export function report(outcome: Outcome, said: Places[string]): void {
  const { clusters, alerts, deadLetters, summarized, labelled } = outcome;
  say(
    `${clusters.all} clusters of all conversations and of a watch over them, ${clusters.shown} shown; ${alerts} alerts, one acknowledged and its cluster silenced; a report of the watch; ${deadLetters} records that are no conversations, with private text where they are wrong. Summaries: ${byWhom(summarized)}; names: ${byWhom(labelled)}.\n`,
  );
  sayValues(outcome);
  sayLayers(outcome);
  saySingle(outcome);
  sayPlaces(outcome, said);
  draw(outcome);
}

function sayValues({ sought, notSought }: Outcome): void {
  const { distinct, tooShort, unmarkedToo, saidBefore } = notSought;
  const short = sought.filter((value) => value.length < ANYWHERE).length;
  say(
    `${distinct} distinct marked values. Looked for: ${sought.length}, of them ${short} of ${ALONE} or ${ANYWHERE - 1} characters, as words by themselves. Not looked for, as they would be found by chance: ${tooShort} of fewer than ${ALONE} characters, ${unmarkedToo} that stand outside of marks too, ${saidBefore} that the program says before it has read a word. Upper and lower case, white space, and how JSON and HTML write a character make no difference.\n`,
  );
}

function sayLayers({ layers }: Outcome): void {
  say(
    'An output counts when it holds a value that was marked in its own conversation; a label, when it holds any.\n',
  );
  say('| layer | outputs | holding a marked value |\n|---|---|---|');
  for (const [layer, { outputs, holding }] of Object.entries(layers))
    say(`| ${layer} | ${outputs} | ${holding} (${percent(holding, outputs)}) |`);
}

function saySingle({ layers, keeping, single, summarized, places }: Outcome): void {
  say(
    '\nWhat is kept of single conversations holds what the summarizer leaves in. On the embedded log all of it lies in one file, which also deletes the oldest first when it is full (`log.embedded.max_bytes`); on Kafka the access is that of the topic.\n',
  );
  say('| topic | holding a value of its own | summarizer | who reads it | kept |\n|---|---|---|---|---|');
  for (const { layer, topic, access, kept } of keeping) {
    const { outputs, holding } = layers[layer] ?? { outputs: 0, holding: 0 };
    say(`| ${topic} | ${percent(holding, outputs)} | ${byWhom(summarized)} | ${access} | ${kept} |`);
  }
  say('');
  for (const [place, { bytes, found }] of Object.entries(single))
    say(
      `The ${place}, ${bytes} bytes, holds ${found.length} marked values; without these topics, ${withoutThem(places)}.`,
    );
}

const withoutThem = (places: Places): string =>
  Object.entries(places)
    .filter(([place]) => place.includes(' without '))
    .map(([, { found }]) => String(found.length))
    .join('');

function sayPlaces({ places, refused, unchanged }: Outcome, said: Places[string]): void {
  const all = Object.entries({ ...places, 'standard output and error (logs, alerts)': said });
  const leaks = all.filter(([, { found }]) => found.length > 0);
  say(
    `\nEverywhere else none may be found: **${leaks.length === 0 ? 'none is' : `FOUND in ${leaks.map(([place]) => place).join(', ')}`}**. Every topic; every route of the API that answers a reader, by the description that the server gives (of other roles: ${refused.join(', ')}); every file of the data folder but those that are as they were before the first conversation (${unchanged.join(', ')}).\n`,
  );
  say('| place | bytes | marked values found |\n|---|---|---|');
  for (const [place, { bytes, found }] of all)
    say(
      `| ${place} | ${bytes} | ${found.length}${found.length > 0 ? `: ${found.slice(0, 5).join('; ')}` : ''} |`,
    );
}

function draw({ layers, summarized, labelled }: Outcome): void {
  plot('privacy', {
    title: `Outputs that hold a marked private value, by layer (summaries ${byWhom(summarized)}, names ${byWhom(labelled)})`,
    data: {
      values: Object.entries(layers).map(([layer, { outputs, holding }]) => ({
        layer,
        share: holding / Math.max(1, outputs),
        told: percent(holding, outputs),
      })),
    },
    width: 420,
    encoding: {
      y: {
        field: 'layer',
        type: 'nominal',
        sort: Object.keys(layers),
        title: null,
        axis: { labelLimit: 300 },
      },
      x: { field: 'share', type: 'quantitative', title: 'share of outputs', scale: { domain: [0, 1] } },
    },
    layer: [
      { mark: 'bar' },
      {
        mark: { type: 'text', align: 'left', dx: 4 },
        encoding: { text: { field: 'told', type: 'nominal' } },
      },
    ],
  });
}
