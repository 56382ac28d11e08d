import { useCallback, useMemo } from 'react';
import type { ClusterView, HierarchyNode } from '../../domain/view.ts';
import { usePolled } from '../hooks/use-polled.ts';
import { clusterLink } from '../hooks/use-route.ts';
import { useApi } from '../hooks/use-session.ts';
import { count } from '../state/format.ts';
import { StateBadge } from './badge.tsx';
import { ClusterName } from './cluster-name.tsx';
import { Growth } from './growth.tsx';

const POLL_SECONDS = 60;

type HierarchyProps = {
  clusters: ReadonlyMap<string, ClusterView>;
  /** A new one is asked for at once. */
  generation: number;
};

/** Headings, the headings under them and the clusters under those, largest first. */
export function Hierarchy({ clusters, generation }: HierarchyProps) {
  const api = useApi();
  const ask = useCallback(async () => ({ generation, nodes: await api.hierarchy() }), [api, generation]);
  const { value, problem } = usePolled(ask, POLL_SECONDS);
  const nodes = value?.nodes;
  const tree = useMemo(() => new Map(nodes?.map((node) => [node.id, node])), [nodes]);
  const roots = useMemo(() => nodes?.filter(({ parent }) => parent === null).toSorted(bySize) ?? [], [nodes]);
  const levels = roots[0]?.level ?? 0;
  const largest = roots[0]?.conversations ?? 1;
  return (
    <section className="hierarchy panel" aria-labelledby="hierarchy-title">
      <div className="panel-head">
        <h2 id="hierarchy-title">
          Hierarchy{' '}
          <span className="total">
            {count(nodes?.length ?? 0)} groups{levels > 1 && ` on ${levels} levels`}
          </span>
        </h2>
      </div>
      <div className="scroll">
        {problem !== null && <p className="refused">The hierarchy cannot be loaded: {problem}</p>}
        {nodes !== undefined && roots.length === 0 && (
          <p className="nothing">No hierarchy yet: it comes with the first clusters.</p>
        )}
        <ul className="tree">
          {roots.map((node) => (
            <Group key={node.id} node={node} tree={tree} clusters={clusters} largest={largest} />
          ))}
        </ul>
      </div>
    </section>
  );
}

const bySize = (a: { conversations: number }, b: { conversations: number }): number =>
  b.conversations - a.conversations;

type GroupProps = {
  node: HierarchyNode;
  tree: ReadonlyMap<string, HierarchyNode>;
  clusters: ReadonlyMap<string, ClusterView>;
  largest: number;
};

function Group({ node, tree, clusters, largest }: GroupProps) {
  const children = node.children.toSorted(bySize);
  return (
    <li>
      <details open={node.level > 1 || node.parent === null}>
        <summary>
          <span className="group-name" dir="auto">
            {node.name ?? <span className="unnamed">name withheld</span>}
          </span>
          <span className="faint">
            {count(children.length)} {node.level === 1 ? 'clusters' : 'groups'}
          </span>
          <Size of={node.conversations} largest={largest} />
        </summary>
        {node.description !== null && (
          <p className="group-description" dir="auto">
            {node.description}
          </p>
        )}
        <ul>
          {children.map((child) => {
            const group = tree.get(child.id);
            return group === undefined ? (
              <Child key={child.id} child={child} live={clusters.get(child.id)} largest={largest} />
            ) : (
              <Group key={child.id} node={group} tree={tree} clusters={clusters} largest={largest} />
            );
          })}
        </ul>
      </details>
    </li>
  );
}

type ChildProps = {
  child: HierarchyNode['children'][number];
  live: ClusterView | undefined;
  largest: number;
};

function Child({ child, live, largest }: ChildProps) {
  const alert = live?.alert ?? null;
  return (
    <li className="child">
      <span className="child-name">
        <a href={clusterLink(child.id)}>
          <ClusterName {...child} visibility={live?.visibility ?? 'pending'} />
        </a>
        <code>{child.id}</code>
        {alert !== null && <StateBadge state={alert} />}
      </span>
      <Growth ratio={live?.ratio ?? null} low={live?.ratio_low ?? null} />
      <Size of={child.conversations} largest={largest} />
    </li>
  );
}

function Size({ of, largest }: { of: number; largest: number }) {
  return (
    <span className="size">
      <span className="size-bar" aria-hidden="true">
        <span style={{ width: `${(100 * of) / Math.max(1, largest)}%` }} />
      </span>
      <span className="number">{count(of)}</span>
    </span>
  );
}
