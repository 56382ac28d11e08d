/** What a language model says of headings, read so that no slip of its loses a group: pure, and total. */
import { dot } from '../domain/vector.ts';

/** A group, and the heading it goes under, as the model wrote them. */
export type SaidPlace = { readonly group: string; readonly heading: string };

/** Headings that are one, as the model wrote them. */
export type SaidMerge = {
  readonly headings: readonly string[];
  readonly name: string;
  readonly description: string;
};

/** Names in prompts are a letter and a number from 1 on; models quote them, space them, or leave the letter out. */
export function readRef(letter: string, said: string, count: number): number | null {
  const digits = new RegExp(`^[\\s"'<(\\[]*${letter}?\\s*(\\d{1,9})(?!\\d)`, 'i').exec(said)?.[1];
  const row = Number(digits ?? 0) - 1;
  return row >= 0 && row < count ? row : null;
}

/** A reference and nothing else that may stand around it: what a model writes there is read by nobody. */
export function plainRef(said: string): string {
  return /^[\s"'<([]*([a-z]?\s*\d{1,9})(?!\d)/i.exec(said)?.[1] ?? '';
}

/**
 * The heading of each group; null where nothing usable was said of it. Of a group that was named twice the first counts,
 * and what is unknown counts for nothing. O(said).
 */
export function readPlaces(said: readonly SaidPlace[], groups: number, headings: number): (number | null)[] {
  const places = new Array<number | null>(groups).fill(null);
  for (const { group, heading } of said) {
    const row = readRef('g', group, groups);
    if (row !== null) places[row] ??= readRef('h', heading, headings);
  }
  return places;
}

/**
 * Which headings are one, and the title of each that came of several: every heading in exactly one part. A heading that was
 * named in two merges stays with the first; a merge of fewer than two is none. O(said + headings).
 */
export function readMerges(
  said: readonly SaidMerge[],
  headings: number,
): { readonly rows: readonly number[]; readonly title: { name: string; description: string } | null }[] {
  const taken = new Set<number>();
  const parts: { rows: readonly number[]; title: { name: string; description: string } | null }[] = [];
  for (const { headings: refs, name, description } of said) {
    const known = refs.flatMap((ref) => readRef('h', ref, headings) ?? []);
    const rows = [...new Set(known)].filter((row) => !taken.has(row));
    if (rows.length < 2) continue;
    for (const row of rows) taken.add(row);
    parts.push({ rows, title: { name, description } });
  }
  for (let row = 0; row < headings; row++) if (!taken.has(row)) parts.push({ rows: [row], title: null });
  return parts;
}

/**
 * Gives headings that nobody chose the child nearest to them, from headings that keep another, until `least` headings have
 * children: a level must not fall below half of its target because a model liked a few headings best. As many as there are
 * headings and children allow. O(empty headings · children · dimension), and nothing when enough have children.
 */
export function spread(
  places: readonly number[],
  children: readonly Float32Array[],
  headings: readonly Float32Array[],
  least: number,
): number[] {
  const out = [...places];
  const sizes = headings.map((_, row) => out.filter((place) => place === row).length);
  let missing = least - sizes.filter((size) => size > 0).length;
  if (missing <= 0) return out;
  const pairs = headings
    .flatMap((vector, heading) =>
      (sizes[heading] ?? 0) > 0
        ? []
        : children.map((own, child) => ({ heading, child, near: dot(own, vector) })),
    )
    .sort((a, b) => b.near - a.near);
  // Nearest first. A child that was alone stays alone, and a heading once filled has one: no pair is worth a second look.
  for (const { heading, child } of pairs) {
    if (missing === 0) break;
    const from = out[child] ?? -1;
    if ((sizes[heading] ?? 0) > 0 || (sizes[from] ?? 0) < 2) continue;
    sizes[from] = (sizes[from] ?? 0) - 1;
    sizes[heading] = 1;
    out[child] = heading;
    missing--;
  }
  return out;
}
