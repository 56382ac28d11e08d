import { z } from 'zod';

/** Ids are keys of records and answers, and stand in prompts and in ids of clusters. */
export const FACET_ID = /^[a-z][a-z0-9_]{0,31}$/;

const question = z
  .string()
  .min(8, 'must say what is asked, in at least 8 characters')
  .max(2_000)
  .describe('What the model is asked about a conversation');
const clusters = z
  .boolean()
  .default(false)
  .describe('Whether conversations are clustered by it, in a space of its own');
const naming = z.string().max(1_000).exactOptional().describe('What names of its clusters should say');

/** One thing that is asked about every conversation. */
export const facetDefinitionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('text'), question, clusters, naming }),
  z.strictObject({
    kind: z.literal('category'),
    question,
    values: z
      .array(z.string().min(1).max(64))
      .min(2)
      .max(50)
      .refine((values) => new Set(values).size === values.length, 'must not hold a value twice'),
  }),
  z
    .strictObject({ kind: z.literal('number'), question, from: z.number(), to: z.number() })
    .refine(({ from, to }) => from < to, 'from must be less than to'),
  z.strictObject({ kind: z.literal('boolean'), question }),
  z.strictObject({ kind: z.literal('languages'), question }),
]);
export type FacetDefinition = z.infer<typeof facetDefinitionSchema>;

export const facetDefinitionsSchema = z
  .record(
    z.string().regex(FACET_ID, 'must be small letters, digits and _, beginning with a letter; 32 at most'),
    facetDefinitionSchema,
  )
  .refine((facets) => Object.keys(facets).length <= 24, 'must hold at most 24 facets')
  .refine(
    (facets) => Object.values(facets).filter(({ kind }) => kind === 'number').length <= 16,
    'must hold at most 16 facets of kind number: the service takes no more answers that may be null',
  );
export type FacetDefinitions = z.infer<typeof facetDefinitionsSchema>;

/** Asked by every cliowatch: other parts rest on what they mean. Their question may be put in other words, their kind not. */
export const CORE_KINDS = {
  request: 'text',
  task: 'text',
  languages: 'languages',
  concern: 'number',
} as const satisfies Record<string, FacetDefinition['kind']>;

/** Told by the conversation itself, so that nobody is asked. */
export const COMPUTED_FACETS = ['turns', 'tokens', 'tools', 'refusal'] as const;

/** Names that mean something else already. */
export const RESERVED_FACETS: readonly string[] = [
  ...COMPUTED_FACETS,
  'all',
  'concern_reason',
  'flags',
  'model',
  'screening',
  'surface',
  'surfaces',
];

/** Those that the user has added, in their order. */
export function addedFacets(facets: FacetDefinitions): [id: string, facet: FacetDefinition][] {
  return Object.entries(facets).filter(([id]) => !Object.hasOwn(CORE_KINDS, id));
}

/** Facets that conversations are clustered by, over all conversations; `request` is the first. */
export function clusteredFacets(facets: FacetDefinitions): string[] {
  return Object.entries(facets).flatMap(([id, facet]) =>
    facet.kind === 'text' && facet.clusters ? [id] : [],
  );
}
