/** The steps of the hierarchy that Claude takes (Clio G.7): propose, deduplicate, assign. */
import { z } from 'zod';
import { plainRef, readMerges, readPlaces } from '../../algorithms/headings.ts';
import { levelBounds } from '../../algorithms/level-sizes.ts';
import { seededRandom } from '../../algorithms/random.ts';
import type {
  AssignRequest,
  DeduplicateRequest,
  Heading,
  Labeler,
  Placed,
  ProposeRequest,
  Title,
} from '../../ports/labeler.ts';
import { isDown } from '../anthropic/failure.ts';
import type { AnthropicGateway, LlmTelemetry } from '../anthropic/gateway.ts';
import type { Prompt } from '../anthropic/prompts.ts';
import type { Question } from '../anthropic/request.ts';
import { describeTitle, list } from './titles.ts';

export type HeadingsOptions = {
  readonly gateway: AnthropicGateway;
  readonly model: string;
  readonly prompts: { readonly propose: Prompt; readonly deduplicate: Prompt; readonly assign: Prompt };
  readonly fallback: Labeler;
  readonly telemetry: Pick<LlmTelemetry, 'llmFallback'>;
  readonly clean: (title: Title) => Title;
};

/** Groups sorted in one call: the headings, which are the most of it, are paid for once for all of them. */
const AT_ONCE = 20;
/** A heading takes some 80, thinking the rest. */
const MAX_TOKENS = 16_384;

// Refs, counts and lengths are judged after: one slip is repaired, and does not cost the whole answer.
const headingSchema = z.object({
  name: z.string().describe('Imperative phrase of at most ten words'),
  description: z.string().describe('Two sentences in the past tense'),
});
const proposalSchema = z.object({ headings: z.array(headingSchema) });
const mergeSchema = z.object({
  merges: z.array(headingSchema.extend({ headings: z.array(z.string()).describe('Ids that become one') })),
});
const placesSchema = z.object({ places: z.array(z.object({ group: z.string(), heading: z.string() })) });

type Stage = keyof HeadingsOptions['prompts'];

/** What a step asks for, and how what must not be kept is taken out of it: answers may lie in a file. */
type Form<T> = Pick<Question<T>, 'schema'> & { readonly clean: (value: T) => T };

/** Answers are repaired where they can be; where not, the fallback takes the step, or nothing is said of a group. */
export function createClaudeHeadings(
  options: HeadingsOptions,
): Pick<Labeler, 'prompts' | 'propose' | 'deduplicate' | 'assign'> {
  const { fallback, telemetry, clean } = options;
  const { propose: proposing, deduplicate: deduplicating, assign: assigning } = options.prompts;
  const prompts = {
    propose: proposing.hash,
    deduplicate: deduplicating.hash,
    assign: assigning.hash,
  };
  const ask = createAsk(options);
  const forms = formsOf(clean);

  function isWithin(stage: Stage, found: number, count: number): boolean {
    const { least, most } = levelBounds(count);
    if (found >= least && found <= most) return true;
    telemetry.llmFallback(stage, 'wrong-count');
    return false;
  }

  async function propose(request: ProposeRequest): Promise<Heading[]> {
    const { groups, count } = request;
    const said = await ask('propose', describeNeighbourhood(request), forms.propose);
    if (said === null) return fallback.propose(request);
    const titles = said.headings.filter(({ name }) => name !== '');
    if (!isWithin('propose', titles.length, Math.min(count, groups.length))) return fallback.propose(request);
    return titles.map((title) => ({ ...title, of: [] }));
  }

  async function deduplicate(request: DeduplicateRequest): Promise<Heading[]> {
    const { headings, count } = request;
    const data = [...list('headings', withIds('heading', 'h', headings)), `<wanted>${count}</wanted>`];
    const said = await ask('deduplicate', data, forms.deduplicate);
    if (said === null) return fallback.deduplicate(request);
    const parts = readMerges(said.merges, headings.length);
    if (!isWithin('deduplicate', parts.length, Math.min(count, headings.length)))
      return fallback.deduplicate(request);
    return parts.flatMap(({ rows, title }) => {
      const kept = title === null || title.name === '' ? headings[rows[0] ?? -1] : title;
      return kept === undefined ? [] : [{ name: kept.name, description: kept.description, of: rows }];
    });
  }

  async function assign({ groups, headings, seed }: AssignRequest): Promise<(number | null)[]> {
    const parts = Array.from({ length: Math.ceil(groups.length / AT_ONCE) }, (_, i) =>
      groups.slice(i * AT_ONCE, (i + 1) * AT_ONCE),
    );
    const placed = await Promise.all(
      parts.map(async (part, i) => {
        const order = shuffled(headings.length, seed + i);
        const shown = order.flatMap((row) => headings[row] ?? []);
        const said = await ask('assign', describePart(part, shown), forms.assign);
        const places = readPlaces(said?.places ?? [], part.length, shown.length);
        return places.map((place) => (place === null ? null : (order[place] ?? null)));
      }),
    );
    return placed.flat();
  }

  return { prompts, propose, deduplicate, assign };
}

/** Names, descriptions and references, and none of what else a model may write into them. */
function formsOf(clean: HeadingsOptions['clean']) {
  const cleaned = <T extends Title>(title: T): T => {
    const { name, description } = clean(title);
    return { ...title, name: name.split(/\s+/).slice(0, 10).join(' '), description };
  };
  const propose: Form<z.infer<typeof proposalSchema>> = {
    schema: proposalSchema,
    clean: ({ headings }) => ({ headings: headings.map(cleaned) }),
  };
  const deduplicate: Form<z.infer<typeof mergeSchema>> = {
    schema: mergeSchema,
    clean: ({ merges }) => ({
      merges: merges.map((one) => ({ ...cleaned(one), headings: one.headings.map(plainRef) })),
    }),
  };
  const assign: Form<z.infer<typeof placesSchema>> = {
    schema: placesSchema,
    clean: ({ places }) => ({
      places: places.map(({ group, heading }) => ({ group: plainRef(group), heading: plainRef(heading) })),
    }),
  };
  return { propose, deduplicate, assign };
}

/** null: nothing usable came, and it was told why. */
type Ask = <T>(stage: Stage, data: readonly string[], form: Form<T>) => Promise<T | null>;

function createAsk({ gateway, model, prompts, telemetry }: HeadingsOptions): Ask {
  return async function ask(stage, data, form) {
    try {
      const answer = await gateway.ask({
        stage,
        model,
        system: prompts[stage].text,
        data: data.join('\n'),
        ...form,
        maxTokens: MAX_TOKENS,
      });
      if (answer.kind === 'answer') return answer.value;
      telemetry.llmFallback(stage, answer.because);
    } catch (error) {
      if (!isDown(error)) throw error;
      telemetry.llmFallback(stage, 'down');
    }
    return null;
  };
}

function describeNeighbourhood({ groups, outside, count }: ProposeRequest): string[] {
  return [
    ...list(
      'groups',
      groups.map((group) => describeTitle('group', group)),
    ),
    ...list(
      'outside',
      outside.map((other) => describeTitle('other', other)),
    ),
    `<wanted>${count}</wanted>`,
  ];
}

function describePart(groups: readonly Placed[], headings: readonly Placed[]): string[] {
  return [
    ...list('headings', withIds('heading', 'h', headings)),
    ...list('groups', withIds('group', 'g', groups)),
  ];
}

const withIds = (tag: string, letter: string, titles: readonly Title[]): string[] =>
  titles.map((title, i) => describeTitle(tag, title, `${letter}${i + 1}`));

/** Fisher and Yates: what stands first is chosen more often, and must not be the same one each time. */
function shuffled(size: number, seed: number): number[] {
  const random = seededRandom(seed);
  const order = Array.from({ length: size }, (_, i) => i);
  for (let i = size - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
  }
  return order;
}
