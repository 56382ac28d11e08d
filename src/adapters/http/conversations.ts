import type { z } from 'zod';
import { type Conversation, conversationSchema, faultOf } from '../../domain/conversation.ts';
import { HttpProblem } from './errors.ts';

type Issue = z.core.$ZodIssue;

/**
 * One conversation, or an array of them, from a parsed body. The first that does not fit refuses the whole request, so
 * that a client never has to find out which part was wrong.
 * @throws HttpProblem 400 with the field, led by the index in an array
 */
export function parseConversations(body: unknown): Conversation[] {
  if (!Array.isArray(body)) return [parseOne(body, [])];
  if (body.length === 0)
    throw new HttpProblem(400, 'wrong-schema', 'an empty array holds no conversation', { field: '' });
  return body.map((item, index) => parseOne(item, [index]));
}

/**
 * The values of newline-delimited JSON; blank lines are skipped.
 * @throws HttpProblem 400 naming the index, and the line in the message
 */
export function parseLines(text: string): unknown[] {
  const values: unknown[] = [];
  for (const [number, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    try {
      values.push(JSON.parse(line));
    } catch {
      // The parser's own message quotes the line, which is raw text.
      throw new HttpProblem(400, 'not-json', `line ${number + 1} is not JSON`, {
        field: String(values.length),
      });
    }
  }
  return values;
}

function parseOne(value: unknown, at: readonly number[]): Conversation {
  const parsed = conversationSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = deepest(parsed.error.issues);
  throw new HttpProblem(400, faultOf(parsed.error.issues[0]), message, { field: [...at, ...path].join('.') });
}

type Found = { readonly path: readonly PropertyKey[]; readonly message: string };

/** The first issue; of a union that fits nowhere, the branch that got furthest, as that one was meant. */
function deepest(issues: readonly Issue[]): Found {
  const issue = issues[0];
  if (issue === undefined) return { path: [], message: 'does not fit the schema' };
  if (issue.code !== 'invalid_union') return issue;
  let best: Found | null = null;
  for (const branch of issue.errors) {
    const inner = deepest(branch);
    if (best === null || inner.path.length > best.path.length) best = inner;
  }
  return best === null ? issue : { path: [...issue.path, ...best.path], message: best.message };
}
