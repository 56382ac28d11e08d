/**
 * Cluster spaces: all conversations by their request, by any other facet that makes clusters, and those of each watch. Every role
 * has a session for each, behind one that the log knows: a space is added or taken away without a restart.
 */
import { z } from 'zod';
import type { SpaceId } from '../domain/ids.ts';
import { ALL, DEFAULT_SPACE, spaceId } from '../domain/ids.ts';
import type { Batch, LogRecord, NewRecord, PartitionHandle, PartitionSession } from '../ports/event-log.ts';
import type { Telemetry } from '../ports/telemetry.ts';
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
  /** The space is taken away: what ends with it. Nothing else is asked after but `rest`. */
  retire?(): readonly NewRecord[];
  /** What whoever takes the space up again has to know: small, and JSON. */
  rest?(): unknown;
  /** What the last session of this space left, before `startAt`. */
  resume?(rest: unknown): void;
};
export type OpenSpace = (handle: PartitionHandle) => SpaceSession;

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
  /**
   * Called once for a space and its settings.
   * @param gone aborted when it is taken away: who listens to something for it listens no more
   */
  readonly open: (space: Space, gone: AbortSignal) => OpenSpace;
  readonly telemetry: Pick<Telemetry, 'spaceGone'>;
  /** One of those taken away is let go of: what is held of it in topics. */
  readonly end?: (space: SpaceId) => readonly NewRecord[];
};

/** Spaces that are taken away and remembered, so that one that is taken up again goes on; the oldest is let go of first. */
const LEFT = 16;

/** Since when a space is read: without it, a restart would give one that was added late the whole past, or none. */
const openedSchema = z.object({
  from: z.int().nullable().describe('null: it is taken away'),
  revision: z.string().optional().describe('None in records of before there were any'),
  rest: z.unknown().optional().describe('What its last session left'),
});

export function inEverySpace(deps: SpacesDeps): OpenSession {
  const opened = new Map<
    SpaceId,
    { readonly revision: string; readonly open: OpenSpace; readonly gone: AbortController }
  >();
  const openOf = (space: Space): OpenSpace => {
    const { id, revision } = space;
    const known = opened.get(id);
    if (known?.revision === revision) return known.open;
    known?.gone.abort();
    const gone = new AbortController();
    const open = deps.open(space, gone.signal);
    opened.set(id, { revision, open, gone });
    return open;
  };
  const forget = (id: SpaceId): void => {
    if (deps.spaces.list().some((space) => space.id === id)) return;
    opened.get(id)?.gone.abort();
    opened.delete(id);
    deps.telemetry.spaceGone(id);
  };
  // At once: they hear of generations from the first on.
  for (const space of deps.spaces.list()) openOf(space);
  return function openSpaces(handle) {
    return new SpacesSession(deps, handle, openOf, forget);
  };
}

/** The session of one space. */
type Part = {
  readonly session: SpaceSession;
  /** Of the settings under which it has counted. */
  revision: string;
  /** First offset that it takes; null: none yet, the next that comes. */
  from: number | null;
  /** The log holds it, or need not. */
  written: boolean;
  rest: unknown;
};

class SpacesSession implements PartitionSession {
  readonly #deps: SpacesDeps;
  readonly #handle: PartitionHandle;
  readonly #openOf: (space: Space) => OpenSpace;
  readonly #forget: (id: SpaceId) => void;
  readonly #parts = new Map<SpaceId, Part>();
  /** What spaces that are taken away have left, the oldest first. */
  readonly #left = new Map<SpaceId, unknown>();
  /** Who took part in each batch that is answered and not committed. */
  readonly #answered: PartitionSession[][] = [];

  constructor(
    deps: SpacesDeps,
    handle: PartitionHandle,
    openOf: (space: Space) => OpenSpace,
    forget: (id: SpaceId) => void,
  ) {
    this.#deps = deps;
    this.#handle = handle;
    this.#openOf = openOf;
    this.#forget = forget;
    for (const space of deps.spaces.list()) this.#add(space);
  }

  restore(record: LogRecord): void {
    const id = this.#opener(record);
    if (id !== null) this.#recall(id, record);
    for (const part of this.#parts.values()) part.session.restore?.(record);
  }

  startAt(): number | undefined {
    const starts: number[] = [];
    for (const [id, part] of this.#parts) {
      part.rest = part.rest ?? this.#left.get(id);
      this.#left.delete(id);
      if (part.rest !== undefined) part.session.resume?.(part.rest);
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
    // Of a replay nothing is published: what ends with a space would be told to nobody.
    const out = batch.replay ? [] : await this.#keepUp();
    const took: PartitionSession[] = [];
    for (const [id, part] of this.#parts) {
      const mine = this.#partOf(part, batch);
      if (mine === null) continue;
      const first = batch.records[0]?.offset;
      if (part.from === null && first !== undefined) part.from = first;
      if (!part.written && part.from !== null && !batch.replay) {
        part.written = true;
        out.push(...this.#opened(id, part));
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

  /** Spaces come and go while the role runs, and while it does not. */
  async #keepUp(): Promise<NewRecord[]> {
    const out: NewRecord[] = [];
    const wanted = new Map(this.#deps.spaces.list().map((space) => [space.id, space]));
    for (const [id, part] of this.#parts)
      if (wanted.get(id)?.revision !== part.revision) out.push(...(await this.#leave(id, part)));
    for (const space of wanted.values()) {
      if (this.#parts.has(space.id)) continue;
      const part = this.#add(space);
      part.rest = this.#left.get(space.id);
      this.#left.delete(space.id);
      if (part.rest !== undefined) part.session.resume?.(part.rest);
      // It reads on from here, whatever it would have liked.
      part.session.startAt?.();
    }
    for (const id of this.#left.keys()) {
      if (this.#left.size <= LEFT) break;
      this.#left.delete(id);
      out.push(...this.#state(id, null), ...(this.#deps.end?.(id) ?? []));
    }
    return out;
  }

  async #leave(id: SpaceId, { session, revision }: Part): Promise<readonly NewRecord[]> {
    this.#parts.delete(id);
    const end = session.retire?.() ?? [];
    const rest = session.rest?.();
    await session.close?.();
    this.#forget(id);
    if (this.#deps.stateTopic === null) return end;
    this.#left.delete(id);
    this.#left.set(id, rest);
    return [...end, ...this.#state(id, { from: null, revision, rest })];
  }

  #add(space: Space): Part {
    const session = this.#openOf(space)(this.#handle);
    const written = space.id === DEFAULT_SPACE || this.#deps.stateTopic === null;
    const part: Part = { session, revision: space.revision, from: null, written, rest: undefined };
    this.#parts.set(space.id, part);
    return part;
  }

  /** What the log knows of a space. One that went while nobody looked is read to where it was left, and ends with the next batch. */
  #recall(id: SpaceId, record: LogRecord): void {
    this.#left.delete(id);
    const known = this.#parts.get(id);
    if (record.value === null) return;
    const { from, revision, rest } = decode(openedSchema, record);
    if (from === null) {
      this.#left.set(id, rest);
      return;
    }
    const [watch = '', facet = ''] = id.split('/');
    const part = known ?? this.#add({ id, watch, facet, revision: revision ?? '' });
    part.from = from;
    part.written = true;
    part.rest = rest;
    part.revision = revision ?? part.revision;
  }

  /** The space that a record of the state topic opens or leaves; null: it is about something else. */
  #opener({ key }: LogRecord): SpaceId | null {
    const prefix = `${this.#deps.role}-opened/`;
    if (key?.startsWith(prefix) !== true) return null;
    const [watch = '', facet = ''] = key.slice(prefix.length).split('/');
    return spaceId(watch, facet);
  }

  #opened(id: SpaceId, { from, revision, rest }: Part): NewRecord[] {
    return this.#state(id, { from, revision, rest });
  }

  #state(id: SpaceId, opened: z.infer<typeof openedSchema> | null): NewRecord[] {
    const { role, stateTopic } = this.#deps;
    if (stateTopic === null) return [];
    const value = opened === null ? null : JSON.stringify(opened);
    return [{ topic: stateTopic, key: `${role}-opened/${id}`, value, partition: 0 }];
  }
}
