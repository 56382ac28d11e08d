import { type Detector, NEEDS } from './detector.ts';

const STREET =
  'Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Place|Pl|Square|Sq|Terrace|Ter|Highway|Hwy|Parkway|Pkwy|Circle|Cir|Trail|Trl|Close|Crescent|Row|Alley|Plaza';
const WORD = "[A-ZÀ-ÖØ-ÞĀ-Ž][\\wÀ-ÿĀ-ž'’.-]{0,24}";

/** Street addresses in their commonest shapes; towns and countries alone are left, for they single out no one. */
export const PLACES: readonly Detector[] = [
  {
    kind: 'address',
    needs: NEEDS.digit | NEEDS.capital,
    pattern: new RegExp(
      `(?<![\\w.$€£-])\\d{1,6}[A-Za-z]?,? (?:[NSEW]{1,2}\\.? )?(?:${WORD} |\\d{1,3}(?:st|nd|rd|th) ){1,4}(?:${STREET})\\b\\.?(?:,? (?:Apt|Apartment|Suite|Unit|Ste|#)\\.? ?#?\\w{1,6})?`,
      'g',
    ),
  },
  {
    kind: 'address',
    needs: NEEDS.digit | NEEDS.capital,
    hints: ['Apt', 'Apartment', 'Suite', 'Flat ', 'P.O.', 'PO Box', 'Unit ', 'Postfach'],
    pattern: /\b(?:Apt\.?|Apartment|Suite|Flat|Unit|P\.? ?O\.? Box|Postfach) #?\d{1,6}[A-Z]?\b/g,
  },
  {
    kind: 'address',
    needs: NEEDS.digit | NEEDS.capital,
    // The street's name carries its kind as an ending, and the house number follows.
    pattern:
      /(?<![\wÀ-ž])[A-ZÀ-ÖØ-Þ][\wÀ-ž-]{0,30}?(?:stra(?:ß|ss)e|str\.|gasse|weg|allee|platz|katu|tie|polku|kuja|gatan|gata|vägen|vej|gade|straat|laan|gracht|plein|utca|út)\.? \d{1,4}(?:[a-zA-Z]\b)?(?:(?:,? (?:Apt|Suite|Unit)\.? ?\w{1,6}))?/g,
  },
  {
    kind: 'address',
    needs: NEEDS.digit | NEEDS.capital,
    pattern: new RegExp(
      `(?<!\\w)\\d{1,4}(?: ?(?:bis|ter))?,? (?:[Rr]ue|[Aa]venue|[Bb]oulevard|allée|impasse|place|chemin) (?:d[eu]s?|la|l['’]\\w{1,20}|${WORD})(?: ${WORD}| d[eu]s? | la ){0,4}`,
      'g',
    ),
  },
  {
    kind: 'address',
    needs: NEEDS.digit | NEEDS.capital,
    pattern: new RegExp(
      `(?:Calle|Avenida|Avda\\.|Carrera|Via|Viale|Piazza|Corso|Rua|[Uu]l\\.|[Uu]lica|ул\\.|улица) (?:(?:de|del|la|las|los|da|do|dos|di|della) ){0,2}(?:${WORD}|[А-Я][а-яё-]{1,24}),?(?: (?:${WORD}|[А-Я][а-яё-]{1,24}),?){0,3} (?:n[º°.]? ?)?\\d{1,4}`,
      'g',
    ),
  },
  {
    kind: 'address',
    needs: NEEDS.digit | NEEDS.capital,
    hints: ['ddress', 'live', 'living', 'reside', 'hip to', 'eliver'],
    pattern: new RegExp(
      `\\b(?:[Aa]ddress(?:es)?(?: is|:)|(?:lives?|living|resides?) (?:at|on)|(?:[Ss]hip|[Dd]eliver) (?:it |this )?to:?)\\s{1,3}(?<value>(?:\\d{1,6},? (?:${WORD},? ){0,4}${WORD}(?: \\d{1,5})?|(?:${WORD},? ){1,4}\\d{1,5}))`,
      'g',
    ),
  },
  // State and ZIP code; United Kingdom and Canadian postcodes.
  {
    kind: 'address',
    needs: NEEDS.digit | NEEDS.capital,
    pattern:
      /(?<!\w)(?:(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]),? \d{5}(?:-\d{4})?|[A-PR-UWYZ][A-HK-Y]?\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}|[ABCEGHJ-NPRSTVXY]\d[A-Z] \d[A-Z]\d)(?!\w)/g,
  },
];
