/** What one call asks about a conversation: the facets, and the questions of the watches that it is a candidate for. */
import { z } from 'zod';
import { countedAnswers } from '../../algorithms/computed-facets.ts';
import { primaryLanguages } from '../../algorithms/language-tags.ts';
import { clip } from '../../algorithms/transcript.ts';
import { addedFacets, type FacetDefinition, type FacetDefinitions } from '../../domain/facet-definition.ts';
import { type Facets, type FacetTexts, type FacetValues, facetsSchema } from '../../domain/facets.ts';
import type { Screening } from '../../ports/summarizer.ts';
import { type Prompt, reworded } from '../anthropic/prompts.ts';

export type Read = {
  readonly facets: Facets;
  readonly texts: FacetTexts;
  readonly values: FacetValues;
  readonly screened: readonly string[];
};

export type Questions = {
  readonly prompt: Prompt;
  /** What the answer must be; also the contract of the structured output. */
  readonly schema: z.ZodType<Record<string, unknown>>;
  /** @param clean takes out what looks private */
  read(answer: Record<string, unknown>, clean: (text: string) => string): Read;
};

const TEXT = 1_000;
/** Answers to `screening`: ids of watches are words, so they can be names of properties. */
const SCREENING = 'screening';
const PLACE = '{{facets}}';

/** The file's text with the questions in it; the hash is of both. O(questions). */
export function questionsOf(
  file: Prompt,
  definitions: FacetDefinitions,
  screening: readonly Screening[],
): Questions {
  const asked = Object.entries(definitions).map(([id, facet]) => `- \`${id}\`${line(facet)}`);
  const text = file.text.replace(PLACE, () => [...asked, ...screeningLines(screening)].join('\n'));
  const added = addedFacets(definitions);
  const extra = Object.fromEntries(added.map(([id, facet]) => [id, answerSchema(facet)]));
  const screens =
    screening.length === 0
      ? {}
      : { [SCREENING]: z.object(Object.fromEntries(screening.map(({ id }) => [id, z.boolean()]))) };
  const schema = facetsSchema
    .extend({ ...extra, ...screens })
    .refine(({ request }) => request.trim() !== '', {
      // An empty request could not be embedded.
      path: ['request'],
      error: 'must not be empty',
    });
  return {
    prompt: reworded(file, text),
    schema,
    read: (answer, clean) => readAnswer(answer, definitions, clean),
  };
}

function line(facet: FacetDefinition): string {
  const question = facet.question.trim().replaceAll(/\s*\n\s*/g, '\n  ');
  switch (facet.kind) {
    case 'text':
      return `: ${question}`;
    case 'category':
      return `, one of ${facet.values.map((value) => `"${value}"`).join(', ')}; null when none fits: ${question}`;
    case 'number':
      return `, a number from ${facet.from} to ${facet.to}: ${question}`;
    case 'boolean':
      return `, true or false; null when it cannot be told: ${question}`;
    case 'languages':
      return `, primary BCP 47 tags such as \`en\`, \`pt\`, \`zh\`: ${question}`;
  }
}

function screeningLines(screening: readonly Screening[]): string[] {
  if (screening.length === 0) return [];
  return [
    `- \`${SCREENING}\`: for each of these, true only if the answer is surely yes:`,
    ...screening.map(({ id, question }) => `  - \`${id}\`: ${question.trim().replaceAll(/\s*\n\s*/g, ' ')}`),
  ];
}

function answerSchema(facet: FacetDefinition): z.ZodType {
  switch (facet.kind) {
    case 'text':
      return z.string().max(TEXT);
    case 'category':
      return z.enum(facet.values).nullable();
    case 'number':
      return z.number().nullable();
    case 'boolean':
      return z.boolean().nullable();
    case 'languages':
      return z.array(z.string().max(32)).max(8);
  }
}

function readAnswer(
  answer: Record<string, unknown>,
  definitions: FacetDefinitions,
  redact: (text: string) => string,
): Read {
  const clean = (text: string, limit: number) => clip(redact(text.toWellFormed()), limit);
  const core = facetsSchema.parse(answer);
  const texts: FacetTexts = {};
  const values: FacetValues = countedAnswers(Object.fromEntries(addedFacets(definitions)), answer);
  for (const [id, facet] of addedFacets(definitions)) {
    const said = answer[id];
    if (facet.kind === 'text' && typeof said === 'string' && said.trim() !== '')
      texts[id] = clean(said, TEXT);
    if (facet.kind !== 'languages' || !Array.isArray(said)) continue;
    const tags = primaryLanguages(said.filter((tag) => typeof tag === 'string'));
    if (tags.length > 0) values[id] = tags;
  }
  const screening = answer[SCREENING];
  return {
    // The check after the model: what it was talked into writing goes no further. Marks may lengthen a text, so clip last.
    facets: {
      request: clean(core.request, TEXT),
      task: clean(core.task, TEXT),
      languages: primaryLanguages(core.languages),
      concern: core.concern,
      concern_reason: clean(core.concern_reason, 500),
    },
    texts,
    values,
    screened:
      typeof screening === 'object' && screening !== null
        ? Object.entries(screening).flatMap(([id, yes]) => (yes === true ? [id] : []))
        : [],
  };
}
