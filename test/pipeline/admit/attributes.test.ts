import { expect, it } from 'vitest';
import { createAttributes } from '../../../src/pipeline/admit/attributes.ts';
import { Tally } from '../../../src/pipeline/admit/tally.ts';

it('redacts each of any number of values, and again when it has forgotten them', () => {
  const attributes = createAttributes();
  const conversation = { conversation_id: 'c', account_id: 'a', at: '', messages: [] };
  for (const _ of [1, 2])
    for (let i = 0; i < 3_000; i++) {
      const surface = `web ${i} of a${i}@example.com`;
      const told = attributes(new Tally(), { ...conversation, surface });
      expect(told).toEqual({ surface: `web ${i} of [email]`, flags: [] });
    }
});
