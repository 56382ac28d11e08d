import { createHmac } from 'node:crypto';
import type { Sink } from '../../ports/sink.ts';
import { postJson } from './post.ts';

export type WebhookOptions = {
  readonly url: string;
  /** null: not signed. */
  readonly secret: string | null;
  /** Wall-clock ms; receivers compare it with their own clock. */
  readonly wall: () => number;
};

/**
 * Posts `{ "version": 1, "alert": … }`. With a secret the header `x-cliowatch-signature` is `sha256=` and the hex
 * HMAC-SHA256 of `<x-cliowatch-timestamp>.<body>`; the time (Unix seconds) is signed so that an old call cannot be
 * played again. `idempotency-key` is the same for every try of one telling, and
 * another when the same revision is told again because its cluster may be shown by now.
 */
export function createWebhookSink({ url, secret, wall }: WebhookOptions): Sink {
  return {
    name: 'webhook',
    async deliver({ alert, key }, signal) {
      const body = JSON.stringify({ version: 1, alert });
      const timestamp = String(Math.floor(wall() / 1_000));
      const headers: Record<string, string> = {
        'idempotency-key': key,
        'x-cliowatch-timestamp': timestamp,
      };
      if (secret !== null) {
        const mac = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
        headers['x-cliowatch-signature'] = `sha256=${mac}`;
      }
      await postJson('the webhook', url, { body, headers, signal });
    },
  };
}
