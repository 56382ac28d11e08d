/** Writes docs/conversation.schema.json from the zod schema: `node config/tooling/write-schema.ts`. */
import { writeFileSync } from 'node:fs';
import { conversationJsonSchema } from '../../src/adapters/http/schema.ts';

const target = new URL('../../docs/conversation.schema.json', import.meta.url);
writeFileSync(target, `${JSON.stringify(conversationJsonSchema(), null, 2)}\n`);
