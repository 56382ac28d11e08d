import type { Trait } from '../../algorithms/growth/facet-values.ts';
import type { AssignmentBatch } from '../../domain/assignment.ts';

type Facets = Pick<AssignmentBatch, 'languages' | 'surface' | 'model' | 'concern' | 'turns' | 'flags'>;

/** What is countable about row `i`: every value of a facet that may shift. Those that can be many stand last: a row is kept with 16. */
export function traitsOf(rows: Facets, i: number): readonly Trait[] {
  const traits: Trait[] = [
    ['concern', String(rows.concern[i] ?? 1)],
    ['turns', turnsBucket(rows.turns[i] ?? 1)],
  ];
  const [surface, model] = [rows.surface[i] ?? null, rows.model[i] ?? null];
  if (surface !== null) traits.push(['surface', surface]);
  if (model !== null) traits.push(['model', model]);
  for (const language of rows.languages[i] ?? []) traits.push(['language', language]);
  for (const flag of rows.flags[i] ?? []) traits.push(['flag', flag]);
  return traits;
}

/** Messages of a conversation, in steps of about twice as many. */
function turnsBucket(turns: number): string {
  if (turns <= 2) return '1–2';
  if (turns <= 5) return '3–5';
  if (turns <= 10) return '6–10';
  return turns <= 20 ? '11–20' : 'over 20';
}
