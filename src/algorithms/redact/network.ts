import { type Detector, NEEDS, when } from './detector.ts';

/** Sentence marks that end a URL are not part of it. */
function withoutClosingMarks(url: string): number {
  let end = url.length;
  while (end > 0 && '.,;:!?)]}>*_'.includes(url.charAt(end - 1))) end--;
  return end;
}

/** Addresses of no one: any host, this host, and net masks. */
function isPublicIpv4(address: string): boolean {
  const parts = address.split('.').map(Number);
  if (parts.some((part) => part > 255)) return false;
  return parts[0] !== 0 && parts[0] !== 127 && parts[0] !== 255;
}

/** RFC 4291: eight groups, or fewer around one `::`. Short ones (`::1`, `a::b`) are more often code. */
function isIpv6(address: string): boolean {
  const halves = address.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return false;
  return halves.length === 1
    ? groups.length === 8
    : groups.length >= 3 && groups.length < 8 && /\d/.test(address);
}

export const NETWORK: readonly Detector[] = [
  {
    kind: 'url',
    needs: NEEDS.assignment,
    hints: ['://'],
    pattern: /\b[a-z][a-z0-9+.-]{1,9}:\/\/[^\s<>"'`]+/gi,
    accept: withoutClosingMarks,
  },
  {
    kind: 'email',
    needs: NEEDS.at | NEEDS.dot,
    pattern: /[\p{L}\p{N}._%+'-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}[\p{L}]{2,24}/gu,
  },
  {
    kind: 'email',
    needs: NEEDS.nothing,
    hints: [' dot ', ' DOT ', ' Dot ', '(at)', '[at]', '(AT)', '[AT]'],
    pattern:
      /[a-z0-9._%+-]{1,64} ?(?:\bat\b|\(at\)|\[at\]|@) ?(?:[a-z0-9-]{1,63} ?(?:\bdot\b|\(dot\)|\[dot\]|\.) ?){1,3}[a-z]{2,8}\b/gi,
  },
  {
    kind: 'url',
    needs: NEEDS.dot,
    hints: ['www.', 'WWW.'],
    pattern: /\bwww\.[^\s<>"'`]+/gi,
    accept: withoutClosingMarks,
  },
  {
    kind: 'url',
    needs: NEEDS.dot,
    pattern:
      /(?<![\w.@-])(?!asp\.net|vb\.net)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,4}\.(?:com|org|edu|gov|mil|info|biz|net)(?:\.[a-z]{2})?\b(?!\.?\w|\()(?:[/?#][^\s<>"'`]*)?/gi,
    accept: withoutClosingMarks,
  },
  {
    kind: 'url',
    needs: NEEDS.dot,
    hints: ['/'],
    pattern: /(?<![\w.@/-])[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,4}\.[a-z]{2,8}\/[^\s<>"'`]+/gi,
    accept: withoutClosingMarks,
  },
  {
    kind: 'ip',
    needs: NEEDS.digit | NEEDS.dot,
    pattern: /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)/g,
    accept: when(isPublicIpv4),
  },
  {
    kind: 'mac',
    needs: NEEDS.colons,
    pattern: /(?<![\w:-])[0-9a-f]{2}:[0-9a-f]{2}(?:[:-][0-9a-f]{2}){4}(?![\w:-])/gi,
  },
  {
    kind: 'mac',
    needs: NEEDS.digit | NEEDS.dash,
    pattern: /(?<![\w:-])[0-9a-f]{2}-[0-9a-f]{2}(?:[:-][0-9a-f]{2}){4}(?![\w:-])/gi,
    accept: when((value) => !/^\d\d(?:-\d\d){5}$/.test(value)),
  },
  {
    kind: 'ip',
    needs: NEEDS.digit | NEEDS.colons,
    pattern: /(?<![\w:.])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,8}(?![\w:])/gi,
    accept: when(isIpv6),
  },
  {
    kind: 'handle',
    needs: NEEDS.at,
    // Followed by "(" or "/" it is a decorator or a package, not a person.
    pattern: /(?<![\w@./`])@[a-z_][\w.]{1,29}\b(?![(/@])/gi,
    accept: when((value) => !CODE_AT_WORDS.has(value.slice(1))),
  },
  {
    kind: 'user',
    needs: NEEDS.nothing,
    hints: ['/home/', '/Users/', '\\Users\\', '/users/'],
    pattern: /[/\\](?:home|[Uu]sers)[/\\](?<value>[^\s/\\:"'`<>|[\]]{1,64})/g,
    accept: when((value) => !/^(?:public|shared|default|username|user|you|\$)/i.test(value)),
  },
];

/** What follows an at sign in code: annotations, decorators, rules of style sheets. */
const CODE_AT_WORDS = new Set(
  (
    'Override Deprecated Autowired Component Service Repository Controller RestController Entity Test Bean Data Getter ' +
    'Setter Id Column Table Nullable NotNull Injectable Input Output property staticmethod classmethod dataclass ' +
    'param params return returns throws type typedef example see since media import include font-face keyframes ' +
    'charset author name value key index class text websocket supports apply tailwind extend mixin everyone here channel media tf.function app.route pytest.fixture'
  ).split(' '),
);
