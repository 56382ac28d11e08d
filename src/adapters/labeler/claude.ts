import { z } from 'zod';
import { clip, element } from '../../algorithms/transcript.ts';
import type { Label } from '../../domain/generation.ts';
import type { Exemplar, Labeler, LabelRequest, NestRequest } from '../../ports/labeler.ts';
import { isDown } from '../anthropic/failure.ts';
import type { AnthropicGateway, LlmTelemetry } from '../anthropic/gateway.ts';
import type { Prompt } from '../anthropic/prompts.ts';
import type { Question } from '../anthropic/request.ts';

export type ClaudeLabelerOptions = {
  readonly gateway: AnthropicGateway;
  readonly model: string;
  readonly prompts: { readonly label: Prompt; readonly audit: Prompt; readonly nest: Prompt };
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

const FULL: View = { members: 24, contrast: 12, characters: 400, once: false };
/** Fewer and shorter, one an account: what one person said has no room to come through. */
const STRICT: View = { members: 8, contrast: 4, characters: 140, once: true };
const MAX_CHILDREN = 100;
/** An answer takes some 150; the rest is room for thinking. */
const MAX_TOKENS = 8_192;

const titleSchema = z.object({
  name: z
    .string()
    .max(120)
    .refine((name) => {
      const words = name.trim().split(/\s+/).length;
      return name.trim() !== '' && words <= 10;
    }, 'must have one to ten words')
    .describe('Imperative phrase of at most ten words'),
  description: z.string().min(1).max(800).describe('Two sentences in the past tense'),
});
type Title = z.infer<typeof titleSchema>;

const auditSchema = z.object({
  score: z.int().min(1).max(5).describe('1 points at a person ... 5 holds nothing private'),
  reason: z.string().max(500).describe('One sentence; repeats no private detail'),
});

/** Nothing usable came from the model: the fallback's turn. */
type Outcome = { readonly label: Label } | { readonly unusable: string };

/** Names and describes in one call, audits in another that sees only the name and the description. */
export function createClaudeLabeler(options: ClaudeLabelerOptions): Labeler {
  const { gateway, model, prompts, fallback, minAudit, telemetry } = options;
  const clean = (text: string, limit: number) =>
    clip((options.redact ?? ((kept) => kept))(text.toWellFormed()).trim(), limit);

  async function label(request: LabelRequest): Promise<Label | null> {
    const outcome = await orDown(async () => {
      const first = await entitle(labelQuestion(model, prompts.label, request), prompts.label);
      if ('unusable' in first || (first.label.audit ?? 0) >= minAudit) return first;
      return entitle(labelQuestion(model, prompts.label, request, STRICT), prompts.label);
    });
    if ('label' in outcome) return outcome.label;
    telemetry.llmFallback('label', outcome.unusable);
    return fallback.label(request);
  }

  async function nest(request: NestRequest): Promise<Label> {
    const outcome = await orDown(() => entitle(nestQuestion(model, prompts.nest, request), prompts.nest));
    if ('label' in outcome) return outcome.label;
    telemetry.llmFallback('nest', outcome.unusable);
    return fallback.nest(request);
  }

  async function entitle(question: Question<Title>, prompt: Prompt): Promise<Outcome> {
    const answer = await gateway.ask({
      ...question,
      clean: ({ name, description }) => ({ name: clean(name, 120), description: clean(description, 800) }),
    });
    if (answer.kind === 'unusable') return { unusable: answer.because };
    return audit(answer.value, prompt);
  }

  async function audit(title: Title, prompt: Prompt): Promise<Outcome> {
    const answer = await gateway.ask({
      ...auditQuestion(model, prompts.audit, title),
      clean: ({ score, reason }) => ({ score, reason: clean(reason, 500) }),
    });
    // An unaudited label would stay hidden for good; the fallback's is safe by its own rules.
    if (answer.kind === 'unusable') return { unusable: `audit-${answer.because}` };
    const { score, reason } = answer.value;
    return {
      label: { ...title, by: 'claude', prompt: prompt.hash, audit: score, audit_reason: reason },
    };
  }

  // The gateway and the fallback belong to who made them.
  return { kind: 'claude', label, nest, stop: async () => {} };
}

function titleQuestion(
  stage: 'label' | 'nest',
  model: string,
  prompt: Prompt,
  data: string,
): Question<Title> {
  return { stage, model, system: prompt.text, data, schema: titleSchema, maxTokens: MAX_TOKENS };
}

export function auditQuestion(
  model: string,
  prompt: Prompt,
  title: Title,
): Question<z.infer<typeof auditSchema>> {
  const data = describeTitle('label', title);
  return { stage: 'audit', model, system: prompt.text, data, schema: auditSchema, maxTokens: MAX_TOKENS };
}

/** What is asked to name a cluster; `cost estimate` asks it of nobody. */
export function labelQuestion(
  model: string,
  prompt: Prompt,
  request: Pick<LabelRequest, 'members' | 'contrast'>,
  view = FULL,
): Question<Title> {
  return titleQuestion('label', model, prompt, describeCluster(request, view));
}

export function nestQuestion(model: string, prompt: Prompt, request: NestRequest): Question<Title> {
  return titleQuestion('nest', model, prompt, describeChildren(request));
}

async function orDown(work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    if (isDown(error)) return { unusable: 'down' };
    throw error;
  }
}

function describeCluster(
  { members, contrast }: Pick<LabelRequest, 'members' | 'contrast'>,
  view: View,
): string {
  const list = (tag: string, exemplars: readonly Exemplar[], count: number) =>
    (view.once ? oneAnAccount(exemplars) : exemplars)
      .slice(0, count)
      .map(({ text }) => element(tag, text, view.characters));
  return [
    '<cluster>',
    ...list('member', members, view.members),
    '</cluster>',
    '<contrast>',
    ...list('other', contrast, view.contrast),
    '</contrast>',
  ].join('\n');
}

function oneAnAccount(exemplars: readonly Exemplar[]): Exemplar[] {
  const byAccount = new Map<string, Exemplar>();
  for (const exemplar of exemplars) {
    if (!byAccount.has(exemplar.account)) byAccount.set(exemplar.account, exemplar);
  }
  return [...byAccount.values()];
}

function describeChildren({ children }: NestRequest): string {
  const shown = children.slice(0, MAX_CHILDREN).map((child) => describeTitle('group', child));
  return ['<groups>', ...shown, '</groups>'].join('\n');
}

function describeTitle(tag: string, { name, description }: Title): string {
  return `<${tag}>\n${element('name', name, 200)}\n${element('description', description, 800)}\n</${tag}>`;
}
