/** Tags that name no one language: undetermined, several, none, uncoded. */
const NO_LANGUAGE: ReadonlySet<string> = new Set(['und', 'mul', 'zxx', 'mis']);
const PRIMARY = /^\s*([a-z]{2,3})(?:[-_]|\s*$)/i;
const names = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });

/**
 * The known BCP 47 primary tags among `tags`, canonical, each once, in order: `pt-BR` gives `pt`, `iw` gives `he`,
 * `English` and `xx` give nothing. O(n). Known means that the Unicode CLDR has a name for it.
 */
export function primaryLanguages(tags: readonly string[]): string[] {
  const found = new Set<string>();
  for (const tag of tags) {
    const written = PRIMARY.exec(tag)?.[1];
    if (written === undefined || NO_LANGUAGE.has(written.toLowerCase())) continue;
    const primary = Intl.getCanonicalLocales(written)[0]?.split('-')[0];
    if (primary !== undefined && names.of(primary) !== undefined) found.add(primary);
  }
  return [...found];
}
