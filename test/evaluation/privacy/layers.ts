/** What passes over the log while it runs: of what is about single conversations a share by layer, of all else every text. */
import { hash53 } from '../../../src/algorithms/hash.ts';
import { type Generation, generationRecordSchema } from '../../../src/domain/generation.ts';
import { pointRecordSchema, sampleSchema } from '../../../src/domain/point.ts';
import { keptSchema } from '../../../src/pipeline/cluster/window.ts';
import { decode } from '../../../src/pipeline/records.ts';
import type { Topics } from '../../../src/pipeline/topics.ts';
import type { LogRecord } from '../../../src/ports/event-log.ts';
import { holds, type Marked, plain } from './marked.ts';
import type { Outcome } from './outcome.ts';

export const LAYERS = {
  raw: 'raw',
  points: 'after the facets (points)',
  samples: 'kept for the window (samples)',
  window: 'kept for the window, older (window)',
  labels: 'labels of clusters (any marked value)',
} as const;

type Label = NonNullable<Generation['clusters'][number]['label']>;

/** Counts by layer whether an output about a conversation holds a value that was marked in that conversation. */
export class Layers {
  readonly layers: Outcome['layers'] = {};
  readonly summarized: Record<string, number> = {};
  readonly labelled: Record<string, number> = {};
  readonly #topics: Topics;
  readonly #marked: Marked;
  readonly #find: (text: string) => string[];
  readonly #rows: ReadonlyMap<string, number>;
  readonly #rowsByHash: ReadonlyMap<number, number>;

  /** @param rows row of each conversation, by its token */
  constructor(
    topics: Topics,
    marked: Marked,
    find: (text: string) => string[],
    rows: ReadonlyMap<string, number>,
  ) {
    this.#topics = topics;
    this.#marked = marked;
    this.#find = find;
    this.#rows = rows;
    this.#rowsByHash = new Map([...rows].map(([token, row]) => [hash53(token), row]));
    for (const layer of Object.values(LAYERS)) this.layers[layer] = { outputs: 0, holding: 0 };
  }

  /** An output about one conversation. */
  count(layer: string, text: string, row: number | undefined): void {
    const own = row === undefined ? undefined : this.#marked.byRow.get(row);
    if (own === undefined) throw new Error(`${layer}: an output about a conversation that was never sent`);
    const read = plain(text);
    this.#add(
      layer,
      own.some((value) => holds(read, value)),
    );
  }

  take(record: LogRecord): void {
    if (record.value === null) return;
    const { points, samples, window, generations } = this.#topics;
    if (record.topic === points) this.#takePoint(record);
    else if (record.topic === samples) {
      const { conversation, facets, texts, values } = decode(sampleSchema, record);
      this.count(LAYERS.samples, JSON.stringify({ facets, texts, values }), this.#rows.get(conversation));
    } else if (record.topic === window && record.key?.startsWith('window/') === true) {
      // The other records of this topic are the role's state, which has no text.
      const { member } = decode(keptSchema, record);
      this.count(LAYERS.window, member.text, this.#rowsByHash.get(member.conversation));
    } else if (record.topic === generations) {
      const value = decode(generationRecordSchema, record);
      if (value.kind === 'cluster' && value.label !== null) this.#takeLabel(value.label);
    }
  }

  #takePoint(record: LogRecord): void {
    const point = decode(pointRecordSchema, record);
    if (point.kind !== 'point') return;
    const { conversation, facets, texts, values, source } = point;
    this.count(LAYERS.points, JSON.stringify({ facets, texts, values }), this.#rows.get(conversation));
    this.summarized[source.by] = (this.summarized[source.by] ?? 0) + 1;
  }

  #takeLabel(label: Label): void {
    this.#add(LAYERS.labels, this.#find(JSON.stringify(label)).length > 0);
    this.labelled[label.by] = (this.labelled[label.by] ?? 0) + 1;
  }

  #add(layer: string, holding: boolean): void {
    const { outputs, holding: before } = this.layers[layer] ?? { outputs: 0, holding: 0 };
    this.layers[layer] = { outputs: outputs + 1, holding: before + (holding ? 1 : 0) };
  }
}
