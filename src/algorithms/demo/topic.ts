/** Slots of a template are written `{name}` and filled from the topic's lists. */
type Slots = Readonly<Record<string, readonly string[]>>;

/** When in the week a topic is asked about most. */
export type Habit = 'office' | 'school' | 'evening' | 'any';

/** What people say about one thing. All texts are templates over `slots`. */
export type Topic = {
  readonly key: string;
  /** BCP 47 primary tag. */
  readonly language: string;
  /** Relative share of everyday traffic; 0: only when an event brings it. */
  readonly weight: number;
  readonly habit: Habit;
  /** Preferred surface; others stay possible. */
  readonly surface?: 'web' | 'api' | 'ide' | 'mobile';
  readonly slots: Slots;
  /** First messages, whole. */
  readonly openers: readonly string[];
  /** Texts that some add below their question: a draft, notes, a log. */
  readonly pastes?: readonly string[];
  /** What the assistant answers to the first message. */
  readonly answers: readonly string[];
  /** What is said next, and the answer to it. */
  readonly turns: readonly (readonly [string, string])[];
  /** A classifier marks so large a share of the conversations. */
  readonly flag?: { readonly name: string; readonly share: number };
  /** Written by a machine: no typos, greetings or second thoughts are added. */
  readonly template?: true;
};

/** One entry by a uniform draw; lists of content are never empty. */
export function pick<T>(list: readonly T[], random: () => number): T {
  const chosen = list[Math.floor(random() * list.length)];
  if (chosen === undefined) throw new RangeError('nothing to pick from: the list is empty');
  return chosen;
}

const SLOT = /\{([a-z][a-zA-Z]*)\}/g;

/** Fills slots; a slot filled once keeps its value in `filled`, so that answers speak of the same thing. */
export function fill(
  template: string,
  slots: Slots,
  filled: Map<string, string>,
  random: () => number,
): string {
  if (!template.includes('{')) return template;
  return template.replace(SLOT, (whole, name: string) => {
    const known = filled.get(name);
    if (known !== undefined) return known;
    const list = slots[name];
    if (list === undefined) return whole;
    const value = pick(list, random);
    filled.set(name, value);
    return value;
  });
}
