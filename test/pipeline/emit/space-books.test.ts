import { expect, it } from 'vitest';
import { SpaceBooks } from '../../../src/pipeline/emit/space-books.ts';
import { noWatches } from '../../support/spaces.ts';

it('of spaces that there are not, only some books are held; that of a space that is there stays', () => {
  const books = new SpaceBooks(
    noWatches(),
    () => ({ minAccounts: 8, minConversations: 10, minAudit: 3 }),
    () => null,
  );
  const { main } = books;
  const first = books.of('w0/request');
  for (let i = 0; i < 30; i++) books.of(`w${i}/request`);
  expect(books.of('w0/request')).toBe(first);
  for (let i = 0; i < 100; i++) books.of(`w${i}/request`);
  expect(books.of('w0/request')).not.toBe(first);
  expect(books.main).toBe(main);
  expect(books.list().map(({ book }) => book)).toEqual([main]);
});
