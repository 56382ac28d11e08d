import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { conversationJsonSchema } from '../../../src/adapters/http/schema.ts';

const committed = new URL('../../../docs/conversation.schema.json', import.meta.url);

it('docs/conversation.schema.json is what the schema in use says (node config/tooling/write-schema.ts)', () => {
  expect(JSON.parse(readFileSync(committed, 'utf8'))).toEqual(
    JSON.parse(JSON.stringify(conversationJsonSchema())),
  );
});
