/** What the window keeps of a sample besides its vector. */
import { z } from 'zod';
import { facetValuesSchema } from '../../domain/facets.ts';

export const memberSchema = z.object({
  /** 53-bit hash of its token. */
  conversation: z.number(),
  version: z.number(),
  account: z.string(),
  at: z.number(),
  text: z.string(),
  concern: z.number(),
  languages: z.array(z.string()).readonly(),
  surface: z.string().nullable(),
  flags: z.array(z.string()).readonly(),
  values: facetValuesSchema,
  sketch: z.string(),
  likeness: z.string(),
  panel: z.boolean(),
  /** What it stood for when it was taken; `SampleWindow.weight` is what it stands for by now. */
  weight: z.number(),
  offset: z.number(),
});
export type Member = Readonly<z.infer<typeof memberSchema>>;
/** What is asked of many members at a time. */
export type Brief = Pick<Member, 'conversation' | 'account' | 'at' | 'sketch' | 'likeness' | 'panel'>;
type Said = Pick<Member, 'text' | 'concern' | 'languages' | 'surface' | 'flags' | 'values'>;

/**
 * Members by slot, in columns, and what they said as one string each: as objects those of a window of 60,000 would be three million,
 * and each time the collector goes through them the thread is held for a quarter of a second.
 */
export class Members {
  readonly #conversations: number[] = [];
  readonly #versions: number[] = [];
  readonly #times: number[] = [];
  readonly #weights: number[] = [];
  readonly #offsets: number[] = [];
  readonly #accounts: string[] = [];
  readonly #sketches: string[] = [];
  readonly #likenesses: string[] = [];
  readonly #panel: boolean[] = [];
  /** JSON; null: the slot is free. */
  readonly #said: (string | null)[] = [];

  /** Slots there are, free ones too. */
  get length(): number {
    return this.#said.length;
  }

  has(slot: number): boolean {
    return (this.#said[slot] ?? null) !== null;
  }

  /** @param slot one there is, or the one after */
  set(slot: number, member: Member): void {
    const { text, concern, languages, surface, flags, values } = member;
    this.#conversations[slot] = member.conversation;
    this.#versions[slot] = member.version;
    this.#times[slot] = member.at;
    this.#weights[slot] = member.weight;
    this.#offsets[slot] = member.offset;
    this.#accounts[slot] = member.account;
    this.#sketches[slot] = member.sketch;
    this.#likenesses[slot] = member.likeness;
    this.#panel[slot] = member.panel;
    this.#said[slot] = JSON.stringify({ text, concern, languages, surface, flags, values } satisfies Said);
  }

  delete(slot: number): void {
    if (!this.has(slot)) return;
    this.#said[slot] = null;
    this.#accounts[slot] = '';
    this.#sketches[slot] = '';
    this.#likenesses[slot] = '';
  }

  /** Of a slot that is not free, as all that follow: 0 where it is. */
  conversation(slot: number): number {
    return this.has(slot) ? (this.#conversations[slot] ?? 0) : 0;
  }

  version(slot: number): number {
    return this.has(slot) ? (this.#versions[slot] ?? 0) : 0;
  }

  /** Event time, ms. */
  at(slot: number): number {
    return this.has(slot) ? (this.#times[slot] ?? 0) : 0;
  }

  weight(slot: number): number {
    return this.has(slot) ? (this.#weights[slot] ?? 0) : 0;
  }

  offset(slot: number): number {
    return this.has(slot) ? (this.#offsets[slot] ?? 0) : 0;
  }

  brief(slot: number): Brief | undefined {
    if (!this.has(slot)) return undefined;
    return {
      conversation: this.#conversations[slot] ?? 0,
      account: this.#accounts[slot] ?? '',
      at: this.#times[slot] ?? 0,
      sketch: this.#sketches[slot] ?? '',
      likeness: this.#likenesses[slot] ?? '',
      panel: this.#panel[slot] ?? false,
    };
  }

  /** All of it. About 2 µs. */
  get(slot: number): Member | undefined {
    const brief = this.brief(slot);
    const said = this.#said[slot] ?? null;
    if (brief === undefined || said === null) return undefined;
    const { text, concern, languages, surface, flags, values }: Said = JSON.parse(said);
    return {
      ...brief,
      version: this.#versions[slot] ?? 0,
      weight: this.#weights[slot] ?? 0,
      offset: this.#offsets[slot] ?? 0,
      text,
      concern,
      languages,
      surface,
      flags,
      values,
    };
  }
}
