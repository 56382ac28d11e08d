import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dot } from '../../src/domain/vector.ts';
import type { Embedder } from '../../src/ports/embedder.ts';

const PASSWORD = 'I forgot my password, how can I reset it?';
const SIGN_IN = 'How do I reset the password of my account?';
const PIE = 'Give me a recipe for apple pie with cinnamon.';

/** What every Embedder promises. Model quality is not its business, but texts that share most words must be near. */
export function embedderContract(name: string, create: () => Promise<Embedder>): void {
  // Models take their time to open on a busy machine.
  describe(`the ${name} embedder`, { timeout: 60_000 }, () => {
    let embedder: Embedder;
    beforeAll(async () => {
      embedder = await create();
    }, 60_000);
    afterAll(() => embedder.stop());

    it('says its model and dimension', () => {
      expect(embedder.id).toMatch(new RegExp(`.+:${embedder.dimension}$`));
    });

    it('gives one vector a text, in order', async () => {
      const texts = Array.from(
        { length: 30 },
        (_, i) => `${PASSWORD} Case number ${i}, ${'please '.repeat(i % 5)}`,
      );
      const together = await embedder.embed(texts);
      expect(together).toHaveLength(texts.length);
      for (const [i, text] of texts.entries()) expect((await embedder.embed([text]))[0]).toEqual(together[i]);
    });

    it('gives vectors of length 1 and its dimension', async () => {
      for (const vector of await embedder.embed([PASSWORD, SIGN_IN, PIE])) {
        expect(vector).toHaveLength(embedder.dimension);
        expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
      }
    });

    it('gives a text the same vector whatever its companions', async () => {
      const [alone] = await embedder.embed([PIE]);
      const [first] = await embedder.embed([PIE, PASSWORD.repeat(20), 'hi']);
      const last = (await embedder.embed([PASSWORD.repeat(20), 'hi', PIE])).at(-1);
      expect(first).toEqual(alone);
      expect(last).toEqual(alone);
    });

    it('puts near texts nearer than far ones', async () => {
      const [password, signIn, pie] = await embedder.embed([PASSWORD, SIGN_IN, PIE]);
      expect(dot(password!, signIn!)).toBeGreaterThan(dot(password!, pie!) + 0.1);
      expect(dot(password!, signIn!)).toBeGreaterThan(dot(signIn!, pie!) + 0.1);
    });

    it('takes no texts, empty ones, long ones and odd ones', async () => {
      expect(await embedder.embed([])).toEqual([]);
      const odd = [
        '',
        ' ',
        'x'.repeat(100_000),
        'word '.repeat(20_000),
        '\ud800',
        '\u0000',
        '😀🇩🇪',
        '你好,世界',
        'مرحبا',
      ];
      const vectors = await embedder.embed(odd);
      expect(vectors).toHaveLength(odd.length);
      for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    });

    it('answers calls made at the same time', async () => {
      const answers = await Promise.all([PASSWORD, SIGN_IN, PIE].map((text) => embedder.embed([text])));
      expect(answers.flat()).toEqual(await embedder.embed([PASSWORD, SIGN_IN, PIE]));
    });

    it('refuses work once it is stopped', async () => {
      const short = await create();
      await short.stop();
      await expect(short.embed([PIE])).rejects.toMatchObject({ code: 'stopped' });
    });
  });
}
