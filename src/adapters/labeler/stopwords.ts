import * as lists from 'stopword';

/** What people say to an assistant whatever they want of it. */
const TALK =
  "please thanks thank hello hi hey can could would will you your i i'm i'd i've me my we our need needs want wanna like help tell " +
  "know give show let find get make explain what what's how how's why when where who which does do did is are be was were have " +
  'has had there there any some way best good much many long just also really okay ok yes no not should shall may might must ' +
  "it's that's don't doesn't isn't im whats ive id dont gonna gotta go going put made thing things something anything right around lot gets got getting take possible question answer able would've using use used " +
  'pls plz thx ty ur idk tbh btw lol omg kinda sorta rn first second until less more very too ' +
  'bitte danke hallo kannst können gib mir wie was por favor gracias hola puedes quiero como qué cómo merci bonjour ' +
  'peux pouvez veux comment pourquoi obrigado você pode quero 请 帮 帮我 我 我的 你 你的 的 吗 什么 怎么 如何 可以 谢谢 ください 何 です ます';

/** Words without meaning of their own, of all languages at once: which language a cluster speaks is not known. */
export const STOPWORDS: ReadonlySet<string> = new Set(
  [
    lists.eng,
    lists.spa,
    lists.fra,
    lists.deu,
    lists.por,
    lists.ita,
    lists.nld,
    lists.rus,
    lists.ukr,
    lists.pol,
  ]
    .concat([
      lists.tur,
      lists.ara,
      lists.fas,
      lists.heb,
      lists.hin,
      lists.ben,
      lists.ind,
      lists.vie,
      lists.swe,
      lists.dan,
    ])
    .concat([
      lists.nob,
      lists.fin,
      lists.ces,
      lists.ron,
      lists.hun,
      lists.ell,
      lists.jpn,
      lists.zho,
      lists.kor,
      lists.tha,
    ])
    .concat([lists.cat, lists.bul, lists.hrv, lists.swa, lists.afr, lists.hye, lists.urd, TALK.split(' ')])
    .flat()
    .map((word) => word.toLowerCase()),
);
