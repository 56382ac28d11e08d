import type { Label } from '../domain/generation.ts';

/** One member of a cluster as the labeler sees it: redacted facets and whose it is. */
export type Exemplar = { readonly text: string; readonly account: string };

export type LabelRequest = {
  readonly members: readonly Exemplar[];
  /** Near non-members, for contrast. */
  readonly contrast: readonly Exemplar[];
  /** A term may appear only if at least so many accounts used it (offline). */
  readonly minAccounts: number;
};

export type NestRequest = {
  readonly children: readonly { id: string; name: string; description: string }[];
};

/** Names clusters. Promises: at most ten words a name; every label carries an audit score or null with a reason. */
export interface Labeler {
  readonly kind: 'claude' | 'offline';
  /** null: nothing could be said that keeps the rules. */
  label(request: LabelRequest): Promise<Label | null>;
  /** Names a parent from its children's names. */
  nest(request: NestRequest): Promise<Label>;
  stop(): Promise<void>;
}
