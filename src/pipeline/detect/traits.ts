import type { Trait } from '../../algorithms/growth/facet-values.ts';
import type { AssignmentBatch } from '../../domain/assignment.ts';

type Facets = Pick<AssignmentBatch, 'languages' | 'surface' | 'model' | 'concern' | 'flags' | 'values'>;

/** What is countable about row `i`: every value of a facet that may shift. Those that can be many stand last: a row is kept with 16. */
export function traitsOf(rows: Facets, i: number): readonly Trait[] {
  const traits: Trait[] = [['concern', String(rows.concern[i] ?? 1)]];
  const [surface, model] = [rows.surface[i] ?? null, rows.model[i] ?? null];
  if (surface !== null) traits.push(['surface', surface]);
  if (model !== null) traits.push(['model', model]);
  for (const [facet, words] of Object.entries(rows.values[i] ?? {}))
    for (const word of words) traits.push([facet, word]);
  for (const language of rows.languages[i] ?? []) traits.push(['language', language]);
  for (const flag of rows.flags[i] ?? []) traits.push(['flag', flag]);
  return traits;
}
