/** From groups of conversations to known headings: as the hierarchy does it, but under headings that are given. */
import { nonMembers } from '../../../src/algorithms/contrast.ts';
import { meanOf } from '../../../src/algorithms/neighbourhoods.ts';
import { drawIndices } from '../../../src/algorithms/random.ts';
import type { Label } from '../../../src/domain/generation.ts';
import { dot, type UnitVector } from '../../../src/domain/vector.ts';
import type { Embedder } from '../../../src/ports/embedder.ts';
import type { Exemplar, Labeler, Placed } from '../../../src/ports/labeler.ts';
import type { Passed } from '../live-path.ts';

/** As the cluster role shows a cluster to the labeler. */
const SHOWN = 50;
const CONTRAST_CLUSTERS = 3;

type Group = {
  readonly id: string;
  readonly members: readonly number[];
  readonly place: UnitVector;
};

export type Tools = {
  readonly labeler: Labeler;
  readonly embedder: Embedder;
  readonly minAccounts: number;
  readonly random: () => number;
};

/** Rows of one group each; null: in none. */
export type Grouping = readonly (string | null)[];

/** Names for the groups of a method that gives none: the same labeler, shown as much. null: nothing could be said. */
export async function nameGroups(
  passed: readonly Passed[],
  grouping: Grouping,
  { labeler, minAccounts, random }: Tools,
): Promise<Map<string, Label | null>> {
  const groups = groupsOf(passed, grouping);
  const draw = (rows: readonly number[]): Exemplar[] =>
    drawIndices(rows.length, SHOWN, random).flatMap((i) => {
      const row = passed[rows[i] ?? -1];
      return row === undefined ? [] : [{ text: row.request, account: row.account }];
    });
  const asked = groups.map(({ id, members, place }) => {
    const near = groups
      .filter((other) => other.id !== id)
      .map((other) => ({ other, similarity: dot(other.place, place) }))
      .sort((a, b) => b.similarity - a.similarity)
      .slice(0, CONTRAST_CLUSTERS)
      .map(({ other }) => other.members);
    const to = (row: number): number => dot(passed[row]?.vector ?? place, place);
    const contrast = draw(nonMembers(near, to, labeler.kind, random));
    return { id, request: { members: draw(members), contrast, minAccounts } };
  });
  const labels = new Map<string, Label | null>();
  await Promise.all(
    asked.map(async ({ id, request }) => {
      const label = (await labeler.label(request)) ?? (await labeler.label({ ...request, contrast: [] }));
      labels.set(id, label);
    }),
  );
  return labels;
}

/** The heading that the labeler puts each group under. Groups without a name go by where their conversations lie. */
export async function putUnder(
  headings: readonly string[],
  passed: readonly Passed[],
  grouping: Grouping,
  labels: ReadonlyMap<string, Pick<Label, 'name' | 'description'> | null>,
  { labeler, embedder }: Tools,
): Promise<Map<string, string>> {
  const titles = headings.map((name) => ({ name, description: `Users asked about ${name}.` }));
  const said = await embedder.embed(titles.map(({ name, description }) => `${name}. ${description}`));
  const placedHeadings: Placed[] = titles.map((title, i) => {
    const vector = said[i] ?? new Float32Array(embedder.dimension);
    return { ...title, vector, place: vector };
  });
  const groups = groupsOf(passed, grouping);
  const titleOf = ({ id }: Group) => labels.get(id) ?? { name: '', description: '' };
  const named = groups.filter(({ id }) => labels.get(id) != null);
  const vectors = await embedder.embed(
    named.map((group) => `${titleOf(group).name}. ${titleOf(group).description}`),
  );
  const vectorOf = new Map(named.map(({ id }, i) => [id, vectors[i]]));
  const placed: Placed[] = groups.map((group) => {
    const { name, description } = titleOf(group);
    return { name, description, vector: vectorOf.get(group.id) ?? group.place, place: group.place };
  });
  const places = await labeler.assign({ groups: placed, headings: placedHeadings, seed: 1 });
  return new Map(
    groups.flatMap(({ id }, i) => {
      const heading = headings[places[i] ?? -1];
      return heading === undefined ? [] : [[id, heading] as const];
    }),
  );
}

/** Each group with its members and their middle. */
function groupsOf(passed: readonly Passed[], grouping: Grouping): Group[] {
  const rows = new Map<string, number[]>();
  for (const [row, id] of grouping.entries()) {
    if (id === null) continue;
    const held = rows.get(id);
    if (held === undefined) rows.set(id, [row]);
    else held.push(row);
  }
  return [...rows].map(([id, members]) => ({
    id,
    members,
    place: meanOf(members.flatMap((row) => passed[row]?.vector ?? [])),
  }));
}
