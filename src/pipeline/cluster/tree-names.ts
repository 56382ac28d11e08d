/** Names of parents: from the names of their children that may be shown, and anew only when those have changed. */
import { hash53 } from '../../algorithms/hash.ts';
import type { Parent } from '../../domain/generation.ts';
import type { Labeler } from '../../ports/labeler.ts';
import type { Named } from './tree.ts';

/** What `named_from`, `basis` and the name itself have in common: they are made together. */
export type ParentName = Pick<Parent, 'name' | 'description' | 'audit' | 'named_from' | 'basis'>;

const NAMELESS: ParentName = { name: '', description: '', audit: null, named_from: [], basis: '' };

/** A parent whose name may be told no longer. */
export const nameless = (parent: Parent): Parent => ({ ...parent, ...NAMELESS });

/** @param before its last name: kept, at no cost, and calm for those who read it, while the names below are the same */
export async function nameFrom(
  children: readonly Named[],
  before: ParentName | null,
  labeler: Labeler,
): Promise<ParentName> {
  if (children.length === 0) return NAMELESS;
  const basis = basisOf(children);
  if (before !== null && before.name !== '' && before.basis === basis) return nameOnly(before);
  const { name, description, audit } = await labeler.nest({
    children: children
      .toSorted((a, b) => b.conversations - a.conversations)
      .map(({ id, title }) => ({ id, name: title.name, description: title.description })),
  });
  return { name, description, audit, named_from: children.map(({ id }) => id).sort(), basis };
}

function nameOnly({ name, description, audit, named_from, basis }: ParentName): ParentName {
  return { name, description, audit, named_from, basis };
}

function basisOf(children: readonly Named[]): string {
  const names = children.map(({ id, title }) => `${id} ${title.name}`).sort();
  return hash53(names.join('\n')).toString(36);
}
