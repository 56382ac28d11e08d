/** Texts whose topics are known: what is to be found again. */
import { z } from 'zod';
import { jsonLines } from '../data.ts';

export type Row = {
  readonly text: string;
  /** The known top level, under which clusters are put. */
  readonly category: string;
  /** The finest that is known; clusters are compared with it. */
  readonly topic: string;
  /** FLORES-200 code, where the set has several. */
  readonly language: string | null;
};

const words = (name: string): string => name.replaceAll(/[_/]/g, ' ');

const LOADERS: Readonly<Record<string, (folder: string) => Row[]>> = {
  clinc150: (folder) =>
    jsonLines(
      folder,
      'clinc150',
      z.object({ text: z.string(), intent: z.string(), domain: z.string().nullable() }),
    ).flatMap(({ text, intent, domain }) =>
      domain === null ? [] : [{ text, category: words(domain), topic: words(intent), language: null }],
    ),
  banking77: (folder) =>
    jsonLines(folder, 'banking77', z.object({ text: z.string(), intent: z.string() })).map(
      ({ text, intent }) => ({ text, category: words(intent), topic: words(intent), language: null }),
    ),
  'arena-hard': (folder) =>
    jsonLines(folder, 'arena-hard-v0.1', z.object({ prompt: z.string(), cluster: z.string() })).map(
      ({ prompt, cluster }) => ({ text: prompt, category: cluster, topic: cluster, language: null }),
    ),
  sib200: (folder) =>
    jsonLines(
      folder,
      'sib200-20lang',
      z.object({ text: z.string(), category: z.string(), lang: z.string() }),
    ).map(({ text, category, lang }) => ({
      text,
      category: words(category),
      topic: words(category),
      language: lang,
    })),
};

export const SETS = [...Object.keys(LOADERS), 'sib200-eng_Latn'];

/** Sentences of one language of sib200, as a set of its own. */
const ONE_LANGUAGE = /^sib200-([a-z]{3}_[A-Z][a-z]{3})$/;

/** @param name one of SETS; `sib200-deu_Latn` and the like are its sentences of one language */
export function loadSet(folder: string, name: string): Row[] {
  const language = ONE_LANGUAGE.exec(name)?.[1];
  const rows = LOADERS[language === undefined ? name : 'sib200']?.(folder);
  if (rows === undefined) throw new Error(`no set of the name ${name}; there are ${SETS.join(', ')}`);
  return language === undefined ? rows : rows.filter((row) => row.language === language);
}
