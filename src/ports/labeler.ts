import type { Label } from '../domain/generation.ts';

/** One member of a cluster as the labeler sees it: redacted facets and whose it is. */
export type Exemplar = { readonly text: string; readonly account: string };

/** What the members' texts answer, where that is not the request. */
export type LabelSubject = { readonly question: string; readonly naming: string | null };

export type LabelRequest = {
  readonly members: readonly Exemplar[];
  /** Near non-members, for contrast. */
  readonly contrast: readonly Exemplar[];
  /** A term may appear only if at least so many accounts used it (offline). */
  readonly minAccounts: number;
  readonly subject?: LabelSubject;
};

export type NestRequest = {
  /** Largest first. */
  readonly children: readonly { id: string; name: string; description: string }[];
};

export type Title = Pick<Label, 'name' | 'description'>;

/** A title and where it lies: unit vectors, all of one model. */
export type Placed = Title & {
  /** What the title says. */
  readonly vector: Float32Array;
  /** Where the conversations lie; of a heading of which that is not known, what its title says. */
  readonly place: Float32Array;
};

export type ProposeRequest = {
  /** At most `neighbourhood` and half as many again. */
  readonly groups: readonly Placed[];
  /** The nearest outside: the headings are to set the groups apart from them. */
  readonly outside: readonly Placed[];
  /** Headings wanted. */
  readonly count: number;
};

export type DeduplicateRequest = { readonly headings: readonly Placed[]; readonly count: number };

export type AssignRequest = {
  readonly groups: readonly Placed[];
  readonly headings: readonly Placed[];
  /** Of the order in which headings are shown: the first of a list is liked best. */
  readonly seed: number;
};

/** A heading, and the rows of the request that it was made of; none: not known. */
export type Heading = Title & { readonly of: readonly number[] };

/**
 * Names clusters, and headings above them (Clio G.7). Promises: at most ten words a name; every label carries an audit
 * score or null with a reason. Headings carry none: they are shown to nobody before `nest` has named them from their children.
 */
export interface Labeler {
  readonly kind: 'claude' | 'offline';
  /** Groups that `propose` can look at in one go. */
  readonly neighbourhood: number;
  /** Hashes of the prompts that `propose`, `deduplicate` and `assign` ask with, by step; none where nobody is asked. */
  readonly prompts: Readonly<Record<string, string>>;
  /** null: nothing could be said that keeps the rules. */
  label(request: LabelRequest): Promise<Label | null>;
  /** Headings for neighbours: half of `count` to half as many again, as far as there are groups. */
  propose(request: ProposeRequest): Promise<Heading[]>;
  /** Makes one of those that mean the same: every heading in exactly one, and the count as above. */
  deduplicate(request: DeduplicateRequest): Promise<Heading[]>;
  /** Row of the heading that suits each group best; null: nothing usable was said. */
  assign(request: AssignRequest): Promise<(number | null)[]>;
  /** Names a parent from its children's names. */
  nest(request: NestRequest): Promise<Label>;
  stop(): Promise<void>;
}
