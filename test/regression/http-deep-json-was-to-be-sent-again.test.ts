/** JSON nested 100,000 deep could be read and not written: 503 with Retry-After, for ever. */
import { expect, it } from 'vitest';
import { conversation, startHttpRig } from '../support/http-rig.ts';

const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
const whole = JSON.stringify(
  conversation({ metadata: { deep: 0 }, messages: [{ role: 'user', content: [{ type: 'x', deep: 0 }] }] }),
);
const inMetadata = whole.replace('"metadata":{"deep":0}', `"metadata":{"deep":${deep}}`);
const inBlock = whole.replace('"type":"x","deep":0', `"type":"x","deep":${deep}`);

it.each([
  ['metadata', inMetadata, 'application/json', 'metadata'],
  ['a content block', inBlock, 'application/json', 'messages.0.content.0'],
  ['metadata of a JSON line', `${whole}\n${inMetadata}`, 'application/x-ndjson', '1.metadata'],
])('%s nested too deep is refused by field, not to be sent again', async (_, payload, type, field) => {
  await using rig = await startHttpRig({ maxBytes: 1_000_000 });
  const answer = await rig.app.inject({
    method: 'POST',
    url: '/v1/conversations',
    payload,
    headers: { 'content-type': type },
  });
  expect(answer.statusCode).toBe(400);
  expect(answer.headers['retry-after']).toBeUndefined();
  expect(answer.json().error).toMatchObject({ code: 'wrong-schema', field });
  expect(rig.taken).toEqual([]);
});
