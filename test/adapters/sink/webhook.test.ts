import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createWebhookSink } from '../../../src/adapters/sink/webhook.ts';
import { createReceiver } from '../../support/receiver.ts';
import { alertView, delivery, NOON } from '../../support/view-fixture.ts';

const SECRET = 'a-secret-of-some-length';
const one = delivery(alertView('a1'));
const { signal } = new AbortController();

describe('the webhook', () => {
  it('sends the alert, signed with its time, and the key of the telling', async () => {
    await using receiver = await createReceiver();
    const sink = createWebhookSink({ url: `${receiver.url}/hook`, secret: SECRET, wall: () => NOON });
    await sink.deliver(delivery(alertView('a1'), { key: 'a1:2:masked' }), signal);
    const [first] = receiver.requests;
    expect(first?.path).toBe('/hook');
    expect(JSON.parse(first?.body ?? '')).toEqual({ version: 1, alert: alertView('a1') });
    const timestamp = first?.headers['x-cliowatch-timestamp'];
    expect(timestamp).toBe(String(NOON / 1_000));
    const expected = createHmac('sha256', SECRET).update(`${timestamp}.${first?.body}`).digest('hex');
    expect(first?.headers['x-cliowatch-signature']).toBe(`sha256=${expected}`);
    expect(first?.headers['idempotency-key']).toBe('a1:2:masked');
  });

  it('sends no signature without a secret', async () => {
    await using receiver = await createReceiver();
    await createWebhookSink({ url: receiver.url, secret: null, wall: () => NOON }).deliver(one, signal);
    expect(receiver.requests[0]?.headers).not.toHaveProperty('x-cliowatch-signature');
  });

  it.each([
    [500, true],
    [503, true],
    [429, true],
    [408, true],
    [401, true],
    [404, true],
    [400, false],
    [422, false],
  ])('says of %i whether to try again: %s', async (status, retry) => {
    await using receiver = await createReceiver();
    receiver.answer.status = status;
    const sink = createWebhookSink({ url: receiver.url, secret: SECRET, wall: () => NOON });
    await expect(sink.deliver(one, signal)).rejects.toMatchObject({ code: 'sink-refused', retry });
  });

  it('follows no redirect', async () => {
    await using receiver = await createReceiver();
    Object.assign(receiver.answer, { status: 307, headers: { location: `${receiver.url}/elsewhere` } });
    const sink = createWebhookSink({ url: receiver.url, secret: SECRET, wall: () => NOON });
    await expect(sink.deliver(one, signal)).rejects.toMatchObject({ code: 'sink-refused', retry: true });
    expect(receiver.requests).toHaveLength(1);
  });

  it('breaks off when the process stops, however long the receiver takes', async () => {
    await using receiver = await createReceiver();
    receiver.answer.status = 0;
    const stopping = new AbortController();
    const sink = createWebhookSink({ url: receiver.url, secret: null, wall: () => NOON });
    const delivered = sink.deliver(one, stopping.signal);
    stopping.abort();
    await expect(delivered).rejects.toMatchObject({ code: 'sink-unreachable', retry: true });
  });

  it('tries again when nobody answers, and keeps the address to itself', async () => {
    const receiver = await createReceiver();
    const { url } = receiver;
    await receiver[Symbol.asyncDispose]();
    const sink = createWebhookSink({
      url: `${url}/services/T0/secret-path`,
      secret: SECRET,
      wall: () => NOON,
    });
    await expect(sink.deliver(one, signal)).rejects.toMatchObject({
      code: 'sink-unreachable',
      retry: true,
      message: 'the webhook cannot be reached: ECONNREFUSED',
    });
  });
});
