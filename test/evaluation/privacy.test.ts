import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConversation } from '../../src/pipeline/admit/parse.ts';
import { search } from './privacy/files.ts';
import { finderOf, holds, markedIn, plain, type Row } from './privacy/marked.ts';
import { type Get, readAll } from './privacy/readable.ts';
import { brokenRecords } from './privacy/traffic.ts';

const row = (full_text: string, ...values: string[]): Row => ({
  full_text,
  template_id: 0,
  spans: values.map((entity_value) => ({ entity_type: 'PERSON', entity_value })),
});

describe('a marked value', () => {
  it('is found however JSON or HTML write it, in whatever case and white space', () => {
    const [written] = markedIn([row('I am Éva "Zsó"\n  O\'Neill & Co', 'Éva "Zsó"\n  O\'Neill & Co')]).all;
    const text = 'ÉVA "zsó" O\'Neill & Co';
    const html = text.replace('&', '&amp;').replaceAll('"', '&quot;').replace("'", '&#39;');
    for (const form of [JSON.stringify(`a ${text}\nb`), JSON.stringify(text.replace(' O', '\n\tO')), html])
      expect(holds(plain(form), written ?? ''), form).toBe(true);
  });

  it('of four or five characters is found as a word alone, not in base64 or in a figure', () => {
    const find = finderOf(['3482', 'kelly']);
    expect(find('lives at 3482, says "Kelly"')).toEqual(['3482', 'kelly']);
    expect(find('{"n":3482,"m":[3482],"x":0.3482,"v":"ab+3482/kelly+","w":"akellys"}')).toEqual([]);
  });

  it('is left out when it is too short, or stands outside of marks too', () => {
    const marked = markedIn([row('I am Amy from Miami', 'Amy', 'Miami'), row('Kelly was in miami', 'Kelly')]);
    expect(marked.all).toEqual(['kelly']);
    expect(marked).toMatchObject({ distinct: 3, tooShort: 1, unmarkedToo: 1 });
    expect(marked.byRow.get(0)).toEqual([]);
  });

  it('is found among many exactly as it is by itself', () => {
    const word = fc.string({
      unit: fc.constantFrom('a', 'b', '1', ' ', '/', '"'),
      minLength: 4,
      maxLength: 8,
    });
    fc.assert(
      fc.property(fc.uniqueArray(word, { maxLength: 8 }), fc.array(word), (values, parts) => {
        const text = plain(parts.join(' '));
        expect(finderOf(values)(text).sort()).toEqual(values.filter((value) => holds(text, value)).sort());
      }),
    );
  });

  it('is found in a file where its pieces meet, among bytes that are no text', () => {
    const bytes = Buffer.alloc(9 << 20, 0xff);
    bytes.write('Gödöllői', (8 << 20) - 5);
    expect(search(bytes, finderOf(['gödöllői'])).found).toEqual(['gödöllői']);
  });
});

it('every broken record is refused at the border', () => {
  const limits = { maxBytes: 1e9, earliest: Date.parse('2000-01-01'), latest: Date.parse('2030-01-01') };
  for (const record of brokenRecords([row('Ask for Kelly, 3482 Elm Street', 'Kelly')]))
    expect(parseConversation(record, limits), record.slice(0, 300)).toHaveProperty('reason');
});

type Parameters = readonly { name: string; in: string; schema: { maximum?: number } }[];
const query = (name: string, maximum?: number) => ({
  name,
  in: 'query',
  schema: maximum === undefined ? {} : { maximum },
});
const id = { name: 'id', in: 'path', schema: {} };

/** A server with two spaces, and one thing of each. */
function serverOf(routes: Readonly<Record<string, Parameters>>): { get: Get; asked: string[] } {
  const asked: string[] = [];
  const paths = Object.fromEntries(
    Object.entries(routes).map(([path, parameters]) => [path, { get: { parameters } }]),
  );
  const answer = (path: string): unknown => {
    if (path === '/docs/json') return { paths: { ...paths, '/v1/things/{id}/end': { post: {} } } };
    if (path === '/v1/spaces') return { spaces: [{ id: 'all/request' }, { id: 'watch/request' }] };
    if (path.startsWith('/v1/things?'))
      return { things: [{ id: `of ${new URLSearchParams(path.slice(11)).get('space')}` }] };
    if (path.startsWith('/v1/shares?')) return { values: [{ facet: 'languages', value: 'en' }] };
    return { none: [] };
  };
  const get: Get = async (path) => {
    asked.push(decodeURIComponent(path));
    return path.startsWith('/v1/safety')
      ? { status: 403, text: '' }
      : { status: 200, text: JSON.stringify(answer(path)) };
  };
  return { get, asked };
}

describe('what a reader can ask for', () => {
  it('is every route of the description that is for readers, as much of it as there is, in every space', async () => {
    const { get, asked } = serverOf({
      '/v1/things/{id}/report': [id],
      '/v1/things': [query('limit', 500), query('space'), query('search')],
      '/v1/shares': [query('facet'), query('value'), query('space')],
      '/v1/safety/things/{id}': [id],
    });
    const { answers, refused } = await readAll(get, 'must be full');
    expect([...answers.keys()].sort()).toEqual(['/v1/shares', '/v1/things', '/v1/things/{id}/report']);
    expect(refused).toEqual(['/v1/safety/things/{id}']);
    expect(asked).toEqual(
      expect.arrayContaining([
        '/v1/things?limit=500&space=all/request',
        '/v1/things?limit=500&space=watch/request',
        '/v1/things/of all/request/report?',
        '/v1/things/of watch/request/report?',
        '/v1/shares?space=watch/request&facet=languages&value=en',
      ]),
    );
  });

  it.each<[string, Readonly<Record<string, Parameters>>]>([
    ['nobody knows what to fill in', { '/v1/new/{id}': [id] }],
    ['nobody knows what to give for since', { '/v1/things': [query('since')] }],
    ['is empty', { '/v1/none': [], '/v1/none/{id}': [id] }],
  ])('fails where it cannot be asked: %s', async (message, routes) => {
    await expect(readAll(serverOf(routes).get, 'must be full')).rejects.toThrow(message);
  });
});
