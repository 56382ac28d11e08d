import { fitConversation, isBlank, parseJson } from '../../algorithms/conversation-input.ts';
import type { Conversation } from '../../domain/conversation.ts';
import { HttpProblem } from './errors.ts';

const LINE_FEED = 0x0a;

/**
 * One conversation, or an array of them, from a parsed body. The first that does not fit refuses the
 * whole request, so that a client never has to find out which part was wrong.
 * @throws HttpProblem 400 with the field, led by the index in an array
 */
export function parseConversations(body: unknown): Conversation[] {
  if (!Array.isArray(body)) return [parseOne(body, [])];
  if (body.length === 0)
    throw new HttpProblem(400, 'wrong-schema', 'an empty array holds no conversation', { field: '' });
  return body.map((item, index) => parseOne(item, [index]));
}

/**
 * A JSON body; by our own parser, so that HTTP takes what Kafka takes, and says what is wrong in the same words.
 * @throws HttpProblem 400
 */
export function parseBody(body: Buffer): unknown {
  const json = parseJson(body);
  if ('fault' in json) throw new HttpProblem(400, 'not-json', json.fault);
  return json.value;
}

/**
 * The values of newline-delimited JSON; blank lines are skipped.
 * @throws HttpProblem 400 naming the index, and the line in the message
 */
export function parseLines(body: Buffer): unknown[] {
  const values: unknown[] = [];
  for (let number = 1, from = 0; from < body.length; number++) {
    const end = body.indexOf(LINE_FEED, from);
    const line = body.subarray(from, end < 0 ? body.length : end);
    from += line.length + 1;
    if (isBlank(line)) continue;
    const json = parseJson(line);
    if ('fault' in json) {
      throw new HttpProblem(400, 'not-json', `line ${number} is ${json.fault}`, {
        field: String(values.length),
      });
    }
    values.push(json.value);
  }
  return values;
}

function parseOne(value: unknown, at: readonly number[]): Conversation {
  const fit = fitConversation(value);
  if ('conversation' in fit) return fit.conversation;
  throw new HttpProblem(400, fit.fault, fit.message, { field: [...at, ...fit.path].join('.') });
}
