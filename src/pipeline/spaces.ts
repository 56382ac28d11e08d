/**
 * Cluster spaces: all conversations by their request, by any other facet that makes clusters, and those of each watch. Every role
 * has a session for each, behind one that the log knows: a space is added or taken away without a restart.
 */
import { z } from 'zod';
import type { SpaceId } from '../domain/ids.ts';
import { ALL, DEFAULT_SPACE } from '../domain/ids.ts';
import type { Batch, LogRecord, NewRecord, PartitionHandle, PartitionSession } from '../ports/event-log.ts';
import { decode } from './records.ts';
import type { OpenSession } from './runner.ts';

export type Space = {
  readonly id: SpaceId;
  /** `all`: no watch. */
  readonly watch: string;
  readonly facet: string;
  /** Of its settings: with others it begins anew. */
  readonly revision: string;
};

/** One space's part of a role. */
export type SpaceSession = PartitionSession & {
  /** The space is taken away: what ends with it. */
  retire?(): readonly NewRecord[];
};
export type OpenSpace = (handle: PartitionHandle) => Promise<SpaceSession>;

/** The spaces there are now. The default one always is, and is the first. */
export interface Spaces {
  list(): readonly Space[];
}

/** Whether a conversation belongs to the spaces of a watch. */
export const inSpace = ({ watches }: { readonly watches: readonly string[] }, watch: string): boolean =>
  watch === ALL || watches.includes(watch);

type SpacesDeps = {
  readonly role: 'assign' | 'cluster' | 'detect';
  readonly spaces: Spaces;
  /** Where it is written down since when a space is read; null: the role has no memory. */
  readonly stateTopic: string | null;
  /** Called once for a space and its settings. */
  readonly open: (space: Space) => OpenSpace;
};

/** Since when a space is read: without it, a restart would give one that was added late the whole past, or none. */
const openedSchema = z.object({ from: z.int() });

export function inEverySpace(deps: SpacesDeps): OpenSession {
  const opened = new Map<SpaceId, { readonly revision: string; readonly open: OpenSpace }>();
  const openOf = (space: Space): OpenSpace => {
    const { id, revision } = space;
    const known = opened.get(id);
    if (known?.revision === revision) return known.open;
    const open = deps.open(space);
    opened.set(id, { revision, open });
    return open;
  };
  // At once: they hear of generations from the first on.
  for (const space of deps.spaces.list()) openOf(space);
  return async function openSpaces(handle) {
    const session = new SpacesSession(deps, handle, openOf);
    await session.open();
    return session;
  };
}

/** The session of one space. */
type Part = {
  readonly session: SpaceSession;
  readonly revision: string;
  /** First offset that it takes; null: none yet, the next that comes. */
  from: number | null;
  /** The log holds it, or need not. */
  written: boolean;
};

class SpacesSession implements PartitionSession {
  readonly #deps: SpacesDeps;
  readonly #handle: PartitionHandle;
  readonly #openOf: (space: Space) => OpenSpace;
  readonly #parts = new Map<SpaceId, Part>();
  /** Who took part in each batch that is answered and not committed. */
  readonly #answered: PartitionSession[][] = [];

  constructor(deps: SpacesDeps, handle: PartitionHandle, openOf: (space: Space) => OpenSpace) {
    this.#deps = deps;
    this.#handle = handle;
    this.#openOf = openOf;
  }

  async open(): Promise<void> {
    for (const space of this.#deps.spaces.list()) await this.#add(space);
  }

  restore(record: LogRecord): void {
    for (const [id, part] of this.#parts) {
      if (record.key === this.#keyOf(id) && record.value !== null) {
        part.from = decode(openedSchema, record).from;
        part.written = true;
      }
      part.session.restore?.(record);
    }
  }

  startAt(): number | undefined {
    const starts: number[] = [];
    for (const [id, part] of this.#parts) {
      const own = part.session.startAt?.();
      // One that was never read before begins with what comes next.
      if (id !== DEFAULT_SPACE && part.from === null && this.#deps.stateTopic !== null) continue;
      if (own === undefined) continue;
      part.from = Math.max(own, part.from ?? 0);
      starts.push(part.from);
    }
    return starts.length === 0 ? undefined : Math.min(...starts);
  }

  async handle(batch: Batch): Promise<readonly NewRecord[]> {
    const out = await this.#keepUp();
    const took: PartitionSession[] = [];
    for (const [id, part] of this.#parts) {
      const mine = this.#partOf(part, batch);
      if (mine === null) continue;
      const first = batch.records[0]?.offset;
      if (part.from === null && first !== undefined) part.from = first;
      if (!part.written && part.from !== null && !batch.replay) {
        part.written = true;
        out.push(...this.#opened(id, part.from));
      }
      const answer = await part.session.handle(mine);
      out.push(...answer);
      took.push(part.session);
    }
    if (!batch.replay) this.#answered.push(took);
    return out;
  }

  committed(): void {
    for (const session of this.#answered.shift() ?? []) session.committed?.();
  }

  async close(): Promise<void> {
    for (const { session } of this.#parts.values()) await session.close?.();
  }

  /** null: nothing in it is for this space. */
  #partOf({ from }: Part, batch: Batch): Batch | null {
    if (from === null) return batch.replay ? null : batch;
    const first = batch.records[0];
    if (first === undefined || first.offset >= from) return batch;
    const records = batch.records.filter(({ offset }) => offset >= from);
    return records.length === 0 ? null : { ...batch, records };
  }

  /** Spaces come and go while the role runs. */
  async #keepUp(): Promise<NewRecord[]> {
    const out: NewRecord[] = [];
    const wanted = new Map(this.#deps.spaces.list().map((space) => [space.id, space]));
    for (const [id, { session, revision }] of this.#parts) {
      if (wanted.get(id)?.revision === revision) continue;
      this.#parts.delete(id);
      out.push(...(session.retire?.() ?? []));
      await session.close?.();
    }
    for (const space of wanted.values()) if (!this.#parts.has(space.id)) await this.#add(space);
    return out;
  }

  async #add(space: Space): Promise<void> {
    const session = await this.#openOf(space)(this.#handle);
    const written = space.id === DEFAULT_SPACE || this.#deps.stateTopic === null;
    this.#parts.set(space.id, { session, revision: space.revision, from: null, written });
  }

  #keyOf(id: SpaceId): string {
    return `${this.#deps.role}-opened/${id}`;
  }

  #opened(id: SpaceId, from: number): NewRecord[] {
    const { stateTopic } = this.#deps;
    if (stateTopic === null) return [];
    return [{ topic: stateTopic, key: this.#keyOf(id), value: JSON.stringify({ from }), partition: 0 }];
  }
}
