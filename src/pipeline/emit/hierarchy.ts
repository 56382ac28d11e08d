import type { Parent } from '../../domain/generation.ts';
import type { HierarchyNode } from '../../domain/view.ts';

/** A cluster or node as it may be shown. */
type Child = HierarchyNode['children'][number] & { readonly parent: string | null };

/**
 * Nodes of all levels, lowest first; each as large as its children are shown to be, so that a rounded size stays rounded.
 * O(clusters + parents).
 */
export function hierarchyOf(
  parents: readonly Parent[],
  clusters: readonly Child[],
  minAudit: number,
): HierarchyNode[] {
  const under = new Map<string, HierarchyNode['children']>();
  const put = ({ id, name, conversations, parent }: Child): void => {
    if (parent === null) return;
    const siblings = under.get(parent) ?? [];
    siblings.push({ id, name, conversations });
    under.set(parent, siblings);
  };
  for (const cluster of clusters) put(cluster);
  return parents
    .toSorted((a, b) => a.level - b.level)
    .map(({ id, level, parent, audit, ...said }) => {
      const children = under.get(id) ?? [];
      const shown = (audit ?? 0) >= minAudit && said.name !== '';
      const name = shown ? said.name : null;
      const conversations = children.reduce((sum, child) => sum + child.conversations, 0);
      put({ id, name, conversations, parent });
      return {
        id,
        level,
        parent,
        name,
        description: shown ? said.description : null,
        conversations,
        children,
      };
    });
}
