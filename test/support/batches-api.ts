/** Message Batches on the scripted Messages API: each request goes through it, as if it had come alone. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';

export const BATCHES = '/v1/messages/batches';

const createSchema = z.object({
  requests: z
    .array(z.object({ custom_id: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/), params: z.unknown() }))
    .min(1),
});

type SendJson = (response: ServerResponse, status: number, body: unknown) => void;
type Batch = { readonly results: unknown[]; readonly at: number; looks: number };

export function createBatches(url: () => string, sendJson: SendJson) {
  const made = new Map<string, Batch>();
  const sizes: number[] = [];
  let held = false;
  let losing = false;

  function describe(id: string, { looks, at, results }: Batch) {
    const ended = looks > 1 && !held;
    return {
      id,
      type: 'message_batch',
      processing_status: ended ? 'ended' : 'in_progress',
      created_at: new Date(at).toISOString(),
      request_counts: { processing: 0, succeeded: results.length, errored: 0, canceled: 0, expired: 0 },
      results_url: ended ? `${url()}${BATCHES}/${id}/results` : null,
    };
  }

  async function create(incoming: IncomingMessage, raw: string, response: ServerResponse): Promise<void> {
    const { requests } = createSchema.parse(JSON.parse(raw));
    if (new Set(requests.map(({ custom_id }) => custom_id)).size < requests.length)
      return sendJson(response, 400, { type: 'error', error: { type: 'invalid_request_error' } });
    const { authorization = '' } = incoming.headers;
    const headers = { authorization, 'anthropic-version': '2023-06-01' };
    const batch: Batch = { results: [], at: Date.now(), looks: 0 };
    for (const { custom_id, params } of requests) {
      const answer = await fetch(`${url()}/v1/messages`, {
        method: 'POST',
        headers,
        body: JSON.stringify(params),
      });
      const body = await answer.json();
      const result = answer.ok ? { type: 'succeeded', message: body } : { type: 'errored', error: body };
      // Results may come in any order.
      batch.results.unshift({ custom_id, result });
    }
    const id = `msgbatch_${made.size + 1}`;
    made.set(id, batch);
    sizes.push(requests.length);
    if (losing) response.destroy();
    else sendJson(response, 200, describe(id, batch));
  }

  return {
    sizes,
    lose(on: boolean): void {
      losing = on;
    },
    hold(on: boolean): void {
      held = on;
    },
    async take(incoming: IncomingMessage, raw: string, response: ServerResponse): Promise<void> {
      if (incoming.method === 'POST') return create(incoming, raw, response);
      if (/^\/v1\/messages\/batches(\?|$)/.test(incoming.url ?? '')) {
        const data = [...made].map(([id, batch]) => describe(id, batch)).reverse();
        return sendJson(response, 200, { data, has_more: false, first_id: null, last_id: null });
      }
      const [id = '', results] = (incoming.url ?? '').slice(BATCHES.length + 1).split('/');
      const batch = made.get(id);
      if (batch === undefined)
        return sendJson(response, 404, { type: 'error', error: { type: 'not_found_error' } });
      if (results === undefined) {
        batch.looks++;
        return sendJson(response, 200, describe(id, batch));
      }
      response.writeHead(200, { 'content-type': 'application/x-jsonl' });
      response.end(batch.results.map((result) => JSON.stringify(result)).join('\n'));
    },
  };
}
