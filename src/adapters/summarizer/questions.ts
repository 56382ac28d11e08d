/** What one call asks about a conversation: the facets, and the questions of the watches that it is a candidate for. */
import { z } from 'zod';
import { countedAnswers } from '../../algorithms/computed-facets.ts';
import { clip } from '../../algorithms/fence.ts';
import { primaryLanguages } from '../../algorithms/language-tags.ts';
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

/** By facet, as the model gave them. */
export type Answers = Record<string, unknown>;

export type Questions = {
  readonly prompt: Prompt;
  /** What the answers must be; also the contract of the structured output. */
  readonly schema: z.ZodType<Answers>;
  /** The same without what must not be kept. @param redact takes out what looks private */
  clean(answers: Answers, redact: (text: string) => string): Answers;
  read(answers: Answers): Read;
};

const TEXT = 1_000;
const NONE = '(none)';
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
    clean: (answers, redact) => cleanAnswers(answers, definitions, redact),
    read: (answers) => readAnswers(answers, definitions),
  };
}

function line(facet: FacetDefinition): string {
  const question = facet.question.trim().replaceAll(/\s*\n\s*/g, '\n  ');
  switch (facet.kind) {
    case 'text':
      return `: ${question}`;
    case 'category':
      return `, one of ${facet.values.map((value) => `"${value}"`).join(', ')}; "${NONE}" when none fits: ${question}`;
    case 'number':
      return `, a number from ${facet.from} to ${facet.to}: ${question}`;
    case 'boolean':
      return `, "yes" or "no"; "unknown" when it cannot be told: ${question}`;
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

/** The service compiles at most 16 unions, of which null would be one each: it has a word where there can be one. */
function answerSchema(facet: FacetDefinition): z.ZodType {
  switch (facet.kind) {
    case 'text':
      return z.string().max(TEXT);
    case 'category':
      return z.enum([...facet.values, NONE]);
    case 'number':
      return z.number().nullable();
    case 'boolean':
      return z.enum(['yes', 'no', 'unknown']);
    case 'languages':
      return z.array(z.string().max(32)).max(8);
  }
}

/**
 * The check after the model: what it was talked into writing goes no further. Marks may lengthen a text, so clip last; and languages are
 * those that there are.
 */
export function cleanAnswers(
  answers: Answers,
  definitions: FacetDefinitions,
  redact: (text: string) => string,
): Answers {
  const clean = (text: string, limit: number) => clip(redact(text.toWellFormed()), limit);
  const limits = { ...textLimits(definitions), concern_reason: 500 };
  const texts = Object.entries(limits).flatMap(([id, limit]) => {
    const said = answers[id];
    return typeof said === 'string' ? [[id, clean(said, limit)]] : [];
  });
  const languages = Object.entries(definitions).flatMap(([id, { kind }]) =>
    kind === 'languages' ? [[id, tagsIn(answers[id])]] : [],
  );
  return { ...answers, ...Object.fromEntries(texts), ...Object.fromEntries(languages) };
}

function textLimits(definitions: FacetDefinitions): Record<string, number> {
  return Object.fromEntries(
    Object.entries(definitions).flatMap(([id, { kind }]) => (kind === 'text' ? [[id, TEXT]] : [])),
  );
}

const tagsIn = (said: unknown): string[] =>
  Array.isArray(said) ? primaryLanguages(said.filter((tag) => typeof tag === 'string')) : [];

function readAnswers(answers: Answers, definitions: FacetDefinitions): Read {
  const added = addedFacets(definitions);
  const texts: FacetTexts = {};
  const values: FacetValues = countedAnswers(Object.fromEntries(added), answers);
  for (const [id, facet] of added) {
    const said = answers[id];
    if (facet.kind === 'text' && typeof said === 'string' && said.trim() !== '') texts[id] = said;
    const tags = facet.kind === 'languages' ? tagsIn(said) : [];
    if (tags.length > 0) values[id] = tags;
  }
  const screening = answers[SCREENING];
  return {
    facets: facetsSchema.parse(answers),
    texts,
    values,
    screened:
      typeof screening === 'object' && screening !== null
        ? Object.entries(screening).flatMap(([id, yes]) => (yes === true ? [id] : []))
        : [],
  };
}

/** For answers to questions that are not at hand any more: which watches were asked about is not known. */
export function lateSchema(definitions: FacetDefinitions): z.ZodType<Answers> {
  const extra = addedFacets(definitions).map(([id, facet]) => [id, answerSchema(facet)]);
  return facetsSchema.extend({
    ...Object.fromEntries(extra),
    [SCREENING]: z.record(z.string(), z.boolean()).optional(),
  });
}
