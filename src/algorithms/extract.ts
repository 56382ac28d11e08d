/** Where a sentence ends, in whatever script; a full stop within a number or a name of a file is none. */
const SENTENCE_END = /[.!?؟।]+["')\]]*(?=\s)|[。！？]+|\n+/gu;
/** Says hello or thanks and nothing else, in the languages assistants hear most. */
const GREETING =
  /^[\s\p{P}\p{S}]*(?:(?:hi|hello|hey|hiya|yo|greetings|good (?:morning|afternoon|evening|day)|thanks?(?: you)?(?: so much| very much| in advance)?|thx|ok(?:ay)?|yes|no|sure|please|cool|great|test|hola|buenos d[ií]as|buenas(?: tardes| noches)?|gracias|bonjour|salut|bonsoir|merci|hallo|guten (?:tag|morgen|abend)|danke|ciao|buongiorno|grazie|ol[aá]|bom dia|obrigad[oa]|привет|здравствуйте|спасибо|добрый день|你好|您好|谢谢|嗨|こんにちは|ありがとう(?:ございます)?|안녕(?:하세요)?|감사합니다|مرحبا|السلام عليكم|शुक्रिया|नमस्ते|merhaba|selam|there|everyone|chatgpt|claude|gpt|assistant|again|all|friend|bot|how are you(?: doing)?(?: today)?|can you help me|i need (?:your )?help|help|help me)[\s\p{P}\p{S}]*)+$/iu;
const FENCED = /(?:```|~~~)[\s\S]{0,20000}?(?:```|~~~|$)/g;
const QUOTED = /^[ \t]{0,3}>.*$/gm;
const MARKUP = /<\/?[a-z][^<>]{0,200}>|^\s{0,3}#{1,6}\s|[*_`]{2,3}/gim;
const CJK = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/;

/** Read at most so much of one message: what it is about stands near its beginning. */
const READ = 1_600;
/** Taken before redaction; more than is kept, because placeholders are shorter than what they stand for. */
const TAKE = 640;
/** Where the take was cut, a private value may have been cut in two and not be known for one; so much goes. */
const CUT_MARGIN = 80;

/** A sentence this long needs no second one beside it. */
const ENOUGH = 90;
const LONGEST_GREETING = 120;

type Extract = {
  readonly text: string;
  /** False: it only greets, thanks or asks for help with nothing named. */
  readonly informative: boolean;
};

/**
 * The first sentence or two of a message that say something, on one line; code, quotations and greetings are skipped.
 * Longer than `shorten` will keep, so that redaction can come between. O(length), bounded. Any script.
 */
export function extract(message: string): Extract {
  const beginning = message.length <= READ ? message : message.slice(0, READ);
  const prose = proseOf(beginning);
  let text = '';
  let taken = 0;
  let from = 0;
  SENTENCE_END.lastIndex = 0;
  while (from < prose.length && taken < 2 && text.length < ENOUGH) {
    const end = SENTENCE_END.exec(prose) === null ? prose.length : SENTENCE_END.lastIndex;
    const sentence = prose.slice(from, end).trim();
    from = end;
    if (sentence === '' || (sentence.length < LONGEST_GREETING && GREETING.test(sentence))) continue;
    text = text === '' ? sentence : `${text} ${sentence}`;
    if (isInformative(sentence)) taken++;
  }
  const line = text.replace(/\s+/gu, ' ');
  const cut = line.length > TAKE || (beginning !== message && from >= prose.length);
  const kept = cut ? wordsWithin(line, Math.min(line.length, TAKE) - CUT_MARGIN) : line;
  return { text: kept, informative: taken > 0 };
}

/** At most `limit` characters, cut between words and outside a placeholder, with an ellipsis where it was cut. */
export function shorten(text: string, limit: number): string {
  return text.length <= limit ? text : `${wordsWithin(text, limit - 1)}…`;
}

function proseOf(message: string): string {
  if (!/[`~>#*<_]/.test(message)) return message;
  const prose = message.replace(FENCED, '\n').replace(QUOTED, '').replace(MARKUP, ' ');
  // A message of nothing but code or quotation still says something.
  return /[\p{L}\p{N}]/u.test(prose) ? prose : message.replace(/[`~>]/g, ' ');
}

/** Three words, or five characters of a script that does not part them, say what is wanted. */
function isInformative(text: string): boolean {
  if (CJK.test(text)) return text.length >= 5;
  let words = 0;
  for (const _ of text.matchAll(/[\p{L}\p{N}]{2,}/gu)) if (++words >= 3) return true;
  return false;
}

function wordsWithin(text: string, limit: number): string {
  if (text.length <= limit) return text;
  let end = limit;
  const space = text.lastIndexOf(' ', limit);
  if (space > limit * 0.6) end = space;
  const bracket = text.lastIndexOf('[', end - 1);
  if (bracket >= 0 && text.indexOf(']', bracket) >= end && end - bracket < 16) end = bracket;
  const code = text.charCodeAt(end - 1);
  // Half a surrogate pair is no character.
  if (code >= 0xd800 && code < 0xdc00) end--;
  return text.slice(0, end).trimEnd();
}
