/** Names of parents: from the names of their children that may be shown, and anew only when those have changed. */
import { hash53 } from '../../algorithms/hash.ts';
import type { Parent } from '../../domain/generation.ts';
import type { Labeler } from '../../ports/labeler.ts';
import type { Named } from './tree.ts';

/** What `named_from`, `basis` and the name itself have in common: they are made together. */
export type ParentName = Pick<
  Parent,
  'name' | 'description' | 'by' | 'prompt' | 'audit' | 'audit_prompt' | 'named_from' | 'basis'
>;

const NAMELESS: ParentName = {
  name: '',
  description: '',
  by: undefined,
  prompt: undefined,
  audit: null,
  audit_prompt: undefined,
  named_from: [],
  basis: '',
};

/** A parent whose name may be told no longer. */
export const nameless = (parent: Parent): Parent => ({ ...parent, ...NAMELESS });

/** Its last name, if that still holds: at no cost, and calm for those who read it, while the names below are the same. */
export function heldName(children: readonly Named[], before: ParentName | null): ParentName | null {
  return before !== null && before.name !== '' && before.basis === basisOf(children) ? before : null;
}

/**
 * @param held its name where that still holds: kept, unless it was made offline and Claude is there. When Claude does not name it this
 * time either it is kept too: asked once a rebuild, and no other offline name
 */
export async function nameFrom(
  children: readonly Named[],
  held: ParentName | null,
  labeler: Labeler,
): Promise<ParentName> {
  if (children.length === 0) return NAMELESS;
  const isDue = held?.by === 'offline' && labeler.kind === 'claude';
  if (held !== null && !isDue) return nameOnly(held);
  const label = await labeler.nest({
    children: children
      .toSorted((a, b) => b.conversations - a.conversations)
      .map(({ id, title }) => ({ id, name: title.name, description: title.description })),
  });
  if (held !== null && label.by !== 'claude') return nameOnly(held);
  return nameOnly({
    ...label,
    named_from: children.map(({ id }) => id).sort(),
    basis: basisOf(children),
  });
}

function nameOnly(from: ParentName): ParentName {
  const { name, description, by, prompt, audit, audit_prompt, named_from, basis } = from;
  return { name, description, by, prompt, audit, audit_prompt, named_from, basis };
}

function basisOf(children: readonly Named[]): string {
  const names = children.map(({ id, title }) => `${id} ${title.name}`).sort();
  return hash53(names.join('\n')).toString(36);
}
