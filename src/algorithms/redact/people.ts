import { type Detector, NEEDS, when } from './detector.ts';

export const UPPER = 'A-ZÀ-ÖØ-ÞĀ-ŽΑ-ΩА-ЯЁ';
export const LETTERS = `${UPPER}a-zß-öø-ÿā-žα-ωά-ώа-яё'’-`;
/** Not "I", with which a sentence goes on after a greeting. */
export const WORD = `(?!I(?:['’ ]|$))[${UPPER}][${LETTERS}]{1,29}`;
export const PARTICLES = '(?:(?:de|van|von|der|den|bin|ibn|al|el|la|le|da|dos|del|di|du|ter|y) ){0,2}';
/** One to four capitalised words, with particles between. */
const NAME = `${WORD}(?: ${PARTICLES}(?:${WORD}|[${UPPER}]\\.)){0,3}`;

/** Written like a name after "I am" or "Dear", and no name. */
const NO_NAMES = new Set(
  (
    'American British English Irish Scottish Welsh French German Italian Spanish Portuguese Dutch Belgian Swiss ' +
    'Austrian Danish Swedish Norwegian Finnish Polish Czech Russian Ukrainian Greek Turkish Arab Egyptian Moroccan ' +
    'Iranian Iraqi Israeli Indian Pakistani Bangladeshi Chinese Japanese Korean Vietnamese Thai Filipino Indonesian ' +
    'Malaysian Australian Canadian Mexican Brazilian Argentinian Colombian Chilean Nigerian Kenyan African Asian ' +
    'European Latino Latina Hispanic Black White Catholic Christian Muslim Jewish Hindu Buddhist Protestant Republican ' +
    'Democrat Aries Taurus Gemini Cancer Leo Virgo Libra Scorpio Sagittarius Capricorn Aquarius Pisces Batman Santa Iron ' +
    'Sir Madam Sirs Customer Customers Client Hiring Manager Team Friend Friends All Everyone Sales Support Colleague ' +
    'Colleagues Parents Students Professor Doctor Diary God Lord ChatGPT Claude GPT AI Assistant Bot There Guys Folks Not The A ' +
    'An In On At So Very Just Also Now Still Looking Trying Writing Working Using Getting Having Sorry Here Going New'
  ).split(' '),
);

const isName = when((value) => !NO_NAMES.has(value.split(/[ ,]/, 1)[0] ?? '') && !/^[A-Z]{2,}$/.test(value));
const startsName = (value: string): number => (/^[A-Z'’-]{2,}$/.test(value) ? 0 : isName(value));

export const PEOPLE: readonly Detector[] = [
  {
    kind: 'name',
    needs: NEEDS.nothing,
    hints: ['name', 'Name', 'NAME'],
    pattern: new RegExp(
      `\\b(?:[Mm]y|[Hh]is|[Hh]er|[Ff]irst|[Ll]ast|[Ff]ull|[Ss]ur|[Pp]atient|[Cc]ustomer|[Cc]lient|[Uu]ser|[Mm]aiden|Your)[ -]?[Nn]ame(?:'s|’s| is|:| =)[ \\t]{0,3}(?<value>${NAME})`,
      'g',
    ),
  },
  {
    kind: 'name',
    needs: NEEDS.nothing,
    hints: ['y name', 'Y NAME'],
    pattern:
      /\bmy name(?:'s|’s| is|:)\s{1,3}(?<value>(?!not\b|what\b|going\b|a\b|the\b|on\b|in\b|so\b|too\b|spelled|written|being)[a-z]{2,20})/gi,
  },
  {
    kind: 'name',
    needs: NEEDS.capital,
    hints: ["'m ", '’m ', ' am ', 'all me '],
    pattern: new RegExp(`\\b(?:[Ii](?:'m|’m| am)|[Cc]all me)(?: called| named)? (?<value>${NAME})`, 'g'),
    accept: startsName,
  },
  {
    kind: 'name',
    needs: NEEDS.capital,
    pattern: new RegExp(
      `\\b(?:Mr|Mrs|Ms|Mx|Miss|Dr|Prof|Professor|Herrn?|Frau|Señor|Señora|Sra?|Mme|Monsieur|Madame|Sir|Dame)\\b\\.? (?<value>${NAME})`,
      'g',
    ),
    accept: isName,
  },
  {
    kind: 'name',
    needs: NEEDS.capital,
    pattern: new RegExp(
      `(?:\\b(?:Dear|Hi|Hey|Hello|Hola|Ciao) |(?:[Rr]egards|[Ss]incerely|[Yy]ours (?:truly|faithfully|sincerely)|Cheers|[Ww]ishes|Love|Signed|Thanks),\\s{1,4}(?:- ?)?)(?<value>${NAME})`,
      'g',
    ),
    accept: startsName,
  },
  {
    kind: 'name',
    needs: NEEDS.capital,
    hints: ['my ', 'My ', 'our ', 'his ', 'her ', 'named '],
    pattern: new RegExp(
      `\\b(?:(?:[Mm]y|[Oo]ur|[Hh]is|[Hh]er) (?:best |ex-?|late |little |older |younger |big )?(?:wife|husband|partner|son|daughter|mother|father|mom|mum|dad|brother|sister|uncle|aunt|cousin|nephew|niece|grandmother|grandfather|grandma|grandpa|girlfriend|boyfriend|friend|boss|manager|colleague|coworker|teacher|neighbou?r|roommate|fianc[eé]e?|therapist)s?,?(?: named| called)?|named) (?<value>${NAME})`,
      'g',
    ),
    accept: isName,
  },
  {
    kind: 'name',
    needs: NEEDS.capital | NEEDS.dot,
    pattern: new RegExp(`(?<![${LETTERS}])${WORD} [${UPPER}]\\. ${WORD}`, 'g'),
  },
  {
    kind: 'name',
    needs: NEEDS.capital,
    pattern: new RegExp(
      `(?:[Mm]e llamo|[Mm]i nombre es|[Jj]e m['’]appelle|[Ii]ch hei(?:ß|ss)e|[Mm]ein Name ist|[Mm]i chiamo|[Ii]l mio nome è|[Mm]eu nome é|[Mm]e chamo|[Ii]k heet|[Mm]ijn naam is|[Мм]еня зовут|[Jj]ag heter|[Jj]eg heter|[Nn]azywam się) (?<value>${NAME})`,
      'g',
    ),
  },
  {
    kind: 'name',
    needs: NEEDS.cjk,
    pattern:
      /(?:我叫|我的名字是|我的名字叫|我姓|名前は|제 이름은 ?|내 이름은 ?|저는 )(?!什么|做)(?<value>\p{Script=Han}{2,3}|[\p{Script=Katakana}ー・]{2,20}|[\p{Script=Hangul}]{2,4}(?=입니다|이에요|예요|라고|이고))/gu,
  },
];
