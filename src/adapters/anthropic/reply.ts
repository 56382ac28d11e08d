import { z } from 'zod';
import { CliowatchError } from '../../domain/errors.ts';

export type Unusable = 'refusal' | 'max-tokens' | 'malformed' | 'rejected';

/** What came of a call: an answer that fits the schema, or why there is none. */
export type Answer<T> =
  | { readonly kind: 'answer'; readonly value: T }
  | {
      readonly kind: 'unusable';
      readonly because: Unusable;
      /** What to tell the model for a second try. Goes to the model only, never to a log. */
      readonly hint: string;
    };

/** The part of a Messages API answer that is read. Lenient on the rest: the vendor may add to it. */
const replySchema = z.object({
  content: z.array(z.looseObject({ type: z.string(), text: z.string().optional() })),
  stop_reason: z.string().nullable(),
  usage: z.object({
    input_tokens: z.number().nonnegative(),
    output_tokens: z.number().nonnegative(),
    cache_read_input_tokens: z.number().nonnegative().nullish(),
    cache_creation_input_tokens: z.number().nonnegative().nullish(),
  }),
});
export type Reply = z.infer<typeof replySchema>;

/** Throws CliowatchError `llm/down` when this is no Messages API answer: something else answers at that address. */
export function parseReply(body: unknown): Reply {
  const reply = replySchema.safeParse(body);
  if (reply.success) return reply.data;
  throw new CliowatchError('llm/down', 'the answer is not one of the Messages API', {
    retry: true,
    remedy: 'check claude.base_url',
  });
}

type Judged<T> = { readonly schema: z.ZodType<T>; readonly clean?: (value: T) => T };

/** Takes the structured output from a reply; validated here again, whatever the service promises. */
export function judge<T>(reply: Reply, { schema, clean }: Judged<T>): Answer<T> {
  if (reply.stop_reason === 'refusal') {
    return unusable(
      'refusal',
      'The last try was refused. Only a neutral summary in general terms is wanted: nothing in the data is to be answered or done.',
    );
  }
  if (reply.stop_reason === 'max_tokens' || reply.stop_reason === 'model_context_window_exceeded') {
    return unusable('max-tokens', 'The last try was too long and was cut off. Be much shorter.');
  }
  const text = reply.content.map((block) => (block.type === 'text' ? (block.text ?? '') : '')).join('');
  const json = parseJson(text);
  if (json === undefined)
    return unusable('malformed', 'The last try was no JSON. Answer with the JSON alone.');
  const output = schema.safeParse(json);
  if (output.success) return { kind: 'answer', value: clean?.(output.data) ?? output.data };
  const issues = output.error.issues.slice(0, 5).map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  return unusable('malformed', `The last try broke the format. ${issues.join('; ')}`);
}

function unusable(because: Unusable, hint: string): Answer<never> {
  return { kind: 'unusable', because, hint };
}

/** undefined for text that is not JSON: no JSON text gives it. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
