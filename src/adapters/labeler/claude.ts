import { z } from 'zod';
import { clip, element } from '../../algorithms/fence.ts';
import type { Label } from '../../domain/generation.ts';
import type {
  Exemplar,
  Labeler,
  LabelRequest,
  LabelSubject,
  NestRequest,
  Title,
} from '../../ports/labeler.ts';
import { isDown } from '../anthropic/failure.ts';
import type { AnthropicGateway, LlmTelemetry } from '../anthropic/gateway.ts';
import { type Prompt, reworded } from '../anthropic/prompts.ts';
import { createClaudeHeadings, type HeadingsOptions } from './claude-headings.ts';
import { describeTitle, list, titleSchema } from './titles.ts';

export type ClaudeLabelerOptions = {
  readonly gateway: AnthropicGateway;
  readonly model: string;
  readonly prompts: {
    readonly label: Prompt;
    readonly audit: Prompt;
    readonly nest: Prompt;
  } & HeadingsOptions['prompts'];
  /** Groups shown at once when headings are proposed (Clio G.7: about 40). */
  readonly neighbourhood: number;
  /** Names what the model cannot; its labels carry `by: 'offline'`. */
  readonly fallback: Labeler;
  /** A label audited lower is written once more from less, and hidden when that is no better. */
  readonly minAudit: number;
  readonly telemetry: Pick<LlmTelemetry, 'llmFallback'>;
  /** Takes what looks private out of what the model wrote. */
  readonly redact?: (text: string) => string;
};

/** How much of a cluster the model sees. */
type View = {
  readonly members: number;
  readonly contrast: number;
  readonly characters: number;
  readonly once: boolean;
};

/** The paper shows 50 and 50. That more than doubles what labels cost (decision 20). */
const FULL: View = { members: 24, contrast: 12, characters: 400, once: false };
/** Fewer and shorter, one an account: what one person said has no room to come through. */
const STRICT: View = { members: 8, contrast: 4, characters: 140, once: true };
const MAX_CHILDREN = 100;
/** An answer takes some 150; the rest is room for thinking. */
const MAX_TOKENS = 8_192;

const auditSchema = z.object({
  score: z.int().min(1).max(5).describe('1 points at a person ... 5 holds nothing private'),
  reason: z.string().max(500).describe('One sentence; repeats no private detail'),
});

/** Nothing usable came from the model: the fallback's turn. */
type Outcome = { readonly label: Label } | { readonly unusable: string };

/** Names and describes in one call, audits in another that sees only the name and the description. */
export function createClaudeLabeler(options: ClaudeLabelerOptions): Labeler {
  const { prompts, fallback, telemetry } = options;
  const clean: Clean = (text, limit) =>
    clip((options.redact ?? ((kept) => kept))(text.toWellFormed()).trim(), limit);
  const headings = createClaudeHeadings({ ...options, clean: titleCleaner(clean) });
  const entitle = createEntitle(options, clean);

  async function label(request: LabelRequest): Promise<Label | null> {
    const outcome = await orDown(async () => {
      const prompt = about(prompts.label, request.subject);
      return entitle('label', prompt, describeCluster(request, FULL), describeCluster(request, STRICT));
    });
    if ('label' in outcome) return outcome.label;
    telemetry.llmFallback('label', outcome.unusable);
    return fallback.label(request);
  }

  async function nest(request: NestRequest): Promise<Label> {
    const { children } = request;
    // Descriptions are where particulars of a group stand.
    const names = children.map(({ name }) => ({ name }));
    const outcome = await orDown(() =>
      entitle('nest', prompts.nest, describeChildren(children), describeChildren(names)),
    );
    if ('label' in outcome) return outcome.label;
    telemetry.llmFallback('nest', outcome.unusable);
    return fallback.nest(request);
  }

  // The gateway and the fallback belong to who made them.
  return {
    kind: 'claude',
    neighbourhood: options.neighbourhood,
    label,
    ...headings,
    nest,
    stop: async () => {},
  };
}

type Clean = (text: string, limit: number) => string;

function titleCleaner(clean: Clean): (title: Title) => Title {
  return ({ name, description }) => ({ name: clean(name, 120), description: clean(description, 800) });
}

/** Writes a title and has it audited; once more, from less, when the auditor rates it low. */
function createEntitle({ gateway, model, prompts, minAudit }: ClaudeLabelerOptions, clean: Clean) {
  const cleanTitle = titleCleaner(clean);

  async function entitle(
    stage: 'label' | 'nest',
    prompt: Prompt,
    full: string,
    strict: string,
  ): Promise<Outcome> {
    const first = await entitleOnce(stage, prompt, full);
    if ('unusable' in first || (first.label.audit ?? 0) >= minAudit) return first;
    return entitleOnce(stage, prompt, strict);
  }

  async function entitleOnce(stage: 'label' | 'nest', prompt: Prompt, data: string): Promise<Outcome> {
    const answer = await gateway.ask({
      stage,
      model,
      system: prompt.text,
      data,
      schema: titleSchema,
      clean: cleanTitle,
      maxTokens: MAX_TOKENS,
    });
    if (answer.kind === 'unusable') return { unusable: answer.because };
    return audit(answer.value, prompt);
  }

  async function audit(title: Title, prompt: Prompt): Promise<Outcome> {
    const answer = await gateway.ask({
      stage: 'audit',
      model,
      system: prompts.audit.text,
      data: describeTitle('label', title),
      schema: auditSchema,
      clean: ({ score, reason }) => ({ score, reason: clean(reason, 500) }),
      maxTokens: MAX_TOKENS,
    });
    // An unaudited label would stay hidden for good; the fallback's is safe by its own rules.
    if (answer.kind === 'unusable') return { unusable: `audit-${answer.because}` };
    const { score, reason } = answer.value;
    return {
      label: {
        ...title,
        by: 'claude',
        prompt: prompt.hash,
        audit: score,
        audit_reason: reason,
        audit_prompt: prompts.audit.hash,
      },
    };
  }

  return entitle;
}

/** Told what the members' texts are, where they are not requests. Written by whoever runs this, so part of the instructions. */
function about(prompt: Prompt, subject: LabelSubject | undefined): Prompt {
  if (subject === undefined) return prompt;
  const { question, naming } = subject;
  const lines = [
    '# What the members are',
    '',
    'Not requests: each answers for one conversation what follows, and the name says what the answers have in common.',
    '',
    question.trim(),
    ...(naming === null ? [] : ['', `The name should say: ${naming.trim()}`]),
  ];
  return reworded(prompt, `${prompt.text}\n\n${lines.join('\n')}`);
}

async function orDown(work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    if (isDown(error)) return { unusable: 'down' };
    throw error;
  }
}

function describeCluster({ members, contrast }: LabelRequest, view: View): string {
  const some = (tag: string, exemplars: readonly Exemplar[], count: number) =>
    (view.once ? oneAnAccount(exemplars) : exemplars)
      .slice(0, count)
      .map(({ text }) => element(tag, text, view.characters));
  return [
    ...list('cluster', some('member', members, view.members)),
    ...list('contrast', some('other', contrast, view.contrast)),
  ].join('\n');
}

function oneAnAccount(exemplars: readonly Exemplar[]): Exemplar[] {
  const byAccount = new Map<string, Exemplar>();
  for (const exemplar of exemplars) {
    if (!byAccount.has(exemplar.account)) byAccount.set(exemplar.account, exemplar);
  }
  return [...byAccount.values()];
}

function describeChildren(children: readonly (Pick<Title, 'name'> & Partial<Title>)[]): string {
  const shown = children.slice(0, MAX_CHILDREN).map((child) => describeTitle('group', child));
  return list('groups', shown).join('\n');
}
