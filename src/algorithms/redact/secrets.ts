import { type Detector, NEEDS, when } from './detector.ts';

/**
 * Random-looking: letters and digits take turns within one piece of 16 characters or more. Words joined by dashes,
 * underscores or slashes, and numbered names, do not.
 */
function looksRandom(token: string): boolean {
  return token.split(/[-_/+=.]/).some((piece) => {
    if (piece.length < 16) return false;
    const digitRuns = piece.match(/\d+/g)?.length ?? 0;
    const letterRuns = piece.match(/[a-z]+/gi)?.length ?? 0;
    return digitRuns >= 2 && letterRuns >= 2;
  });
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const SECRETS: readonly Detector[] = [
  {
    kind: 'secret',
    needs: NEEDS.dash,
    hints: ['-----BEGIN '],
    pattern:
      /-----BEGIN [A-Z0-9 ]{0,40}(?:KEY|CERTIFICATE|MESSAGE)[A-Z ]{0,10}-----(?:[^-]|-(?!----END))*(?:-----END [A-Z0-9 ]{0,50}-----)?/g,
  },
  {
    kind: 'secret',
    needs: NEEDS.longToken,
    // Prefixes that providers publish so that leaked keys can be found.
    pattern:
      /\b(?:sk|pk|rk)[-_](?:live|test|proj|ant|or|svcacct)?[-_]?[\w-]{16,200}|\b(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\b|\bgh[pousr]_\w{20,255}|\bgithub_pat_\w{20,255}|\bglpat-[\w-]{20,64}|\bxox[abeoprs]-[\w-]{10,250}|\bAIza[\w-]{30,40}|\b(?:npm|hf|dop_v1|shpat|pypi)[_-][\w-]{20,255}|\bSG\.[\w-]{16,32}\.[\w-]{16,64}|\beyJ[\w-]{8,4000}(?:\.[\w-]{0,4000}){1,2}/g,
  },
  {
    kind: 'secret',
    // Only values with a digit are taken for secrets, so that "the password is not working" stays.
    needs: NEEDS.digit,
    pattern:
      /(?:pass(?:word|wd|code|phrase)?|pwd|secret|token|(?:api|access|private|auth)[_ -]?key|bearer)["'`]?\s{0,3}(?:is|was|:|=|:=|\s)\s{0,3}["'`]?(?<value>[^\s"'`,;<>()[\]{}]{6,512})/gi,
    accept: when((value) => /\d/.test(value) && /[a-z!@#$%^&*?]/i.test(value)),
  },
  {
    kind: 'id',
    needs: NEEDS.longToken | NEEDS.dash | NEEDS.digit,
    pattern: /(?<![\w-])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w-])/gi,
    accept: when((value) => UUID.test(value)),
  },
  {
    kind: 'secret',
    needs: NEEDS.longToken | NEEDS.digit,
    pattern: /(?<![\w+/=-])[\w+/=-]{20,4096}/g,
    accept: when(looksRandom),
  },
];
