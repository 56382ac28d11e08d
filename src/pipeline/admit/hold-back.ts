import { check, redact } from '../../algorithms/redact.ts';
import type { Summary } from '../../ports/summarizer.ts';
import type { Tally } from './tally.ts';

/** Lengths that the schema of facets allows. */
const MAX_FACET = 1_000;
const MAX_REASON = 500;

/** The check behind every summarizer: what still looks private is taken out, whoever wrote it. Values are of lists we know. */
export function holdBack(tally: Tally, summary: Summary): Summary {
  const { facets, texts } = summary;
  const { request, task, concern_reason } = facets;
  const all = [request, task, concern_reason, ...Object.values(texts)];
  if (all.every((text) => check(text) === null)) return summary;
  const clean = (text: string, longest: number): string => {
    const { text: redacted, found } = redact(text);
    for (const [kind, count] of Object.entries(found)) tally.redacted(kind, count);
    // A placeholder may be longer than what it stands for; a facet beyond its schema would stop assign for ever.
    return redacted.slice(0, longest).toWellFormed();
  };
  return {
    ...summary,
    facets: {
      ...facets,
      request: clean(request, MAX_FACET),
      task: clean(task, MAX_FACET),
      concern_reason: clean(concern_reason, MAX_REASON),
    },
    texts: Object.fromEntries(Object.entries(texts).map(([id, text]) => [id, clean(text, MAX_FACET)])),
  };
}
