import { expect, it } from 'vitest';
import { MAX_WATCHES, watchSchema } from '../../src/domain/watch.ts';
import { createWatchBook } from '../../src/pipeline/watches.ts';
import { logRecord, TOPICS } from '../support/pipeline-rig.ts';

const watch = (title: string) => watchSchema.parse({ title, match: { pattern: 'x' } });
const control = (id: string, given: unknown) =>
  logRecord(TOPICS.control, 0, { kind: 'watch', id, by: 'olga', at: 0, watch: given });

it('watches come, change and go, each with a space', () => {
  const book = createWatchBook({ election: watch('Election') }, ['request', 'task']);
  expect(book.list().map(({ id }) => id)).toEqual(['all/request', 'all/task', 'election/request']);
  book.take(control('launch', { ...watch('Launch'), facet: 'task' }));
  expect(
    book
      .list()
      .map(({ id }) => id)
      .at(-1),
  ).toBe('launch/task');
  book.take(control('launch', { ...watch('Launch of X'), facet: 'task' }));
  expect(book.get('launch')?.watch.title).toBe('Launch of X');
  book.take(control('launch', null));
  expect(book.get('launch')).toBeUndefined();
  expect(book.list()).toHaveLength(3);
});

it('what the settings say is changed in the settings alone', () => {
  const book = createWatchBook({ election: watch('Election') }, ['request']);
  book.take(control('election', watch('Other')));
  book.take(control('election', null));
  expect(book.get('election')).toMatchObject({ configured: true, watch: { title: 'Election' } });
});

it('the settings may be read anew: theirs come, change and go, and those of operators stay', () => {
  const book = createWatchBook({ election: watch('Election'), storm: watch('Storm') }, ['request']);
  book.take(control('launch', watch('Launch')));
  const settings = { window: 500 };
  book.configure({ election: { ...watch('Election week'), settings }, trial: watch('Trial') });
  expect(book.watches().map(({ id, configured }) => [id, configured])).toEqual([
    ['election', true],
    ['trial', true],
    ['launch', false],
  ]);
  expect(book.get('election')?.watch.title).toBe('Election week');
  expect(book.list().find(({ watch: id }) => id === 'election')?.revision).toContain('500');
});

it('a watch of an operator waits beneath one of the settings, and is there again when that goes', () => {
  const book = createWatchBook({}, ['request']);
  book.take(control('launch', watch('Of an operator')));
  book.configure({ launch: watch('Of the settings') });
  expect(book.get('launch')).toMatchObject({ configured: true, watch: { title: 'Of the settings' } });
  book.configure({});
  expect(book.get('launch')).toMatchObject({ configured: false, watch: { title: 'Of an operator' } });
});

it('the settings come first where there are more than can be afforded, and who is left out is said once', () => {
  const said: string[] = [];
  const book = createWatchBook({}, ['request'], undefined, (id) => said.push(id));
  for (let i = 0; i < MAX_WATCHES; i++) book.take(control(`w${i}`, watch('Of an operator')));
  const two = { a: watch('A'), b: watch('B') };
  book.configure(two);
  book.configure(two);
  expect(book.watches()).toHaveLength(MAX_WATCHES);
  expect(book.get('b')?.configured).toBe(true);
  expect(said).toEqual([`w${MAX_WATCHES - 2}`, `w${MAX_WATCHES - 1}`]);
});

it('what an operator added is passed over, and said, where the settings of now do not allow it', () => {
  const said: string[] = [];
  const book = createWatchBook(
    {},
    ['request'],
    (id) => (id === 'mood' ? 'a facet is called so' : null),
    (id, why) => said.push(`${id}: ${why}`),
  );
  book.take(control('mood', watch('Mood')));
  book.take(control('launch', watch('Launch')));
  expect(book.watches().map(({ id }) => id)).toEqual(['launch']);
  expect(said).toEqual(['mood: a facet is called so']);
});

it('there are never more than can be afforded, and acknowledgements are none of them', () => {
  const book = createWatchBook({}, ['request']);
  for (let i = 0; i < MAX_WATCHES + 5; i++) book.take(control(`w${i}`, watch('More')));
  expect(book.watches()).toHaveLength(MAX_WATCHES);
  book.take(logRecord(TOPICS.control, 0, { kind: 'acknowledge', id: 'a1', by: 'olga', at: 0 }));
  book.take(logRecord(TOPICS.control, 0, null));
  expect(book.watches()).toHaveLength(MAX_WATCHES);
});
