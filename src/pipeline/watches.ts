/** The watches there are: those of the settings, and what operators have added, changed or taken away since (topic `control`). */
import { compilePattern, type Pattern } from '../algorithms/pattern.ts';
import { type Control, controlSchema } from '../domain/control.ts';
import { ALL, spaceId } from '../domain/ids.ts';
import { MAX_WATCHES, type Watch } from '../domain/watch.ts';
import type { LogRecord } from '../ports/event-log.ts';
import { decode } from './records.ts';
import type { Space, Spaces } from './spaces.ts';

/** A watch in use. */
export type NamedWatch = {
  readonly id: string;
  readonly watch: Watch;
  readonly from: number;
  readonly to: number;
  /** null: any text. */
  readonly pattern: Pattern | null;
  /** Of the settings: taken away there, and nowhere else. */
  readonly configured: boolean;
};

export interface WatchBook extends Spaces {
  watches(): readonly NamedWatch[];
  get(id: string): NamedWatch | undefined;
  /** Folds what operators say. */
  take(record: LogRecord): void;
  /** Takes up what the settings say now. Watches of operators stay; one of a name that the settings have waits beneath it. */
  configure(configured: Readonly<Record<string, Watch>>): void;
}

/** Why a watch that an operator added cannot be used under the settings of now; null: it can. */
export type WatchFault = (id: string, watch: Watch) => string | null;

/**
 * @param facets that conversations are clustered by whether watched or not; `request` first
 * @param passedOver told of a watch of an operator that is not used, and why
 */
export function createWatchBook(
  configured: Readonly<Record<string, Watch>>,
  facets: readonly string[],
  fault: WatchFault = () => null,
  passedOver: (id: string, why: string) => void = () => {},
): WatchBook {
  const standing = facets.map(
    (facet): Space => ({ id: spaceId(ALL, facet), watch: ALL, facet, revision: '' }),
  );
  let known: ReadonlyMap<string, NamedWatch> = new Map();
  let watches: readonly NamedWatch[] = [];
  let spaces: readonly Space[] = standing;
  let wanted = configured;
  /** Of operators, also those that stand beneath one of the settings. */
  const added = new Map<string, Watch>();
  /** Of these, those that are passed over, which has been said. */
  const told = new Set<string>();
  /** What the settings say is changed there: two places would contradict each other after a restart. */
  const settle = (): void => {
    const all = new Map(Object.entries(wanted).map(([id, watch]) => [id, named(id, watch, true)]));
    for (const [id, watch] of added) {
      if (all.has(id)) continue;
      // Settings may have changed since it was added.
      const why = all.size >= MAX_WATCHES ? `there are ${MAX_WATCHES} already` : fault(id, watch);
      if (why === null) all.set(id, named(id, watch, false));
      else if (!told.has(id)) passedOver(id, why);
      if (why === null) told.delete(id);
      else told.add(id);
    }
    known = all;
    watches = [...known.values()];
    spaces = spacesOf(standing, watches);
  };
  settle();
  const configure = (settings: Readonly<Record<string, Watch>>): void => {
    wanted = settings;
    settle();
  };
  const fold = ({ id, watch }: Extract<Control, { kind: 'watch' }>): void => {
    if (watch === null) added.delete(id);
    else added.set(id, watch);
    told.delete(id);
    settle();
  };
  return {
    configure,
    list: () => spaces,
    watches: () => watches,
    get: (id) => known.get(id),
    take(record) {
      if (record.value === null) return;
      const control = decode(controlSchema, record);
      if (control.kind === 'watch') fold(control);
    },
  };
}

const spacesOf = (standing: readonly Space[], watches: readonly NamedWatch[]): readonly Space[] => [
  ...standing,
  ...watches.map(({ id, watch: { facet, settings } }) => ({
    id: spaceId(id, facet),
    watch: id,
    facet,
    revision: JSON.stringify(settings),
  })),
];

function named(id: string, watch: Watch, configured: boolean): NamedWatch {
  return {
    id,
    watch,
    from: watch.from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(watch.from),
    to: watch.to === undefined ? Number.POSITIVE_INFINITY : Date.parse(watch.to),
    pattern: watch.match?.pattern === undefined ? null : compilePattern(watch.match.pattern),
    configured,
  };
}
