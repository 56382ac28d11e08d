import { pick } from './topic.ts';

/** Made-up people: mail at example.com (RFC 2606) and numbers 555-0100 to 555-0199, which nobody has. */
const FIRST = [
  'Maren',
  'Tobias',
  'Priya',
  'Callum',
  'Ines',
  'Darnell',
  'Yuki',
  'Fatima',
  'Owen',
  'Lucia',
  'Henrik',
  'Amara',
  'Grace',
  'Mateo',
  'Nadia',
  'Colin',
  'Beatrix',
  'Samir',
  'Holly',
  'Anders',
] as const;
const LAST = [
  'Ashdown',
  'Okonjo',
  'Velasquez',
  'Brandt',
  'Lindqvist',
  'Mehrotra',
  'Castellan',
  'Whitlow',
  'Farrow',
  'Iwasaki',
  'Dubois',
  'Haddad',
  'Penrose',
  'Kowal',
  'Marchetti',
  'Tran',
  'Oduya',
  'Sorensen',
  'Blackwell',
  'Nakagawa',
] as const;
const AREA = ['212', '415', '303', '617', '206', '512'] as const;
const STREET = [
  'Alder Lane',
  'Quarry Road',
  'Mill Street',
  'Harbor View',
  'Linden Avenue',
  'Chestnut Court',
] as const;

/** What people leave in a message without thinking. */
const TAILS = [
  '\n\nMy details if you need them: {name}, {email}, {phone}',
  '\n\nmy name is {name}, best reached at {phone}',
  '\n\nBest,\n{name}\n{email}',
  '\n\nThis is who wrote to me: {name} <{email}>',
  '\n\nname: {name}\nphone: {phone}\naddress: {address}',
  '\n\nsent from my phone\n{name} / {phone}',
] as const;

/** A tail for a first message that names a made-up person. */
export function privateTail(random: () => number): string {
  const first = pick(FIRST, random);
  const last = pick(LAST, random);
  const line = String(Math.floor(random() * 100)).padStart(2, '0');
  return pick(TAILS, random)
    .replace('{name}', `${first} ${last}`)
    .replace('{email}', `${first}.${last}@example.com`.toLowerCase())
    .replace('{phone}', `(${pick(AREA, random)}) 555-01${line}`)
    .replace('{address}', `${1 + Math.floor(random() * 180)} ${pick(STREET, random)}`);
}
