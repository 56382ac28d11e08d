/** What is sent: conversations that hold the marked values, and records that are none and hold them too. */
import type { Row } from './marked.ts';

export const START = Date.parse('2026-03-02T00:00:00Z');
const DAY = 86_400_000;
const COPIES = 3;
const SURGE = 300;
const TAIL = 60;
/** Of the surge, and of the watch over all. */
export const END = START + 5 * DAY + 3_600_000;
/** Rows of which broken records are made. */
const BROKEN = 40;

export type Sent = {
  readonly id: string;
  readonly account: string;
  readonly at: number;
  readonly row: number;
};

/** Every text three times by one account over five days; then all texts of the commonest template at once, by accounts of their own. */
export function plan(rows: readonly Row[]): Sent[] {
  const sent: Sent[] = [];
  for (let copy = 0; copy < COPIES; copy++) {
    for (const row of rows.keys()) {
      const at = START + ((copy * rows.length + row) / (COPIES * rows.length)) * 5 * DAY;
      sent.push({ id: `p${copy}-${row}`, account: `a${row}`, at, row });
    }
  }
  const byTemplate = Map.groupBy(rows.keys(), (row) => rows[row]?.template_id ?? 0);
  const [commonest = []] = [...byTemplate.values()].sort((a, b) => b.length - a.length);
  for (let i = 0; i < SURGE; i++) {
    const at = START + 5 * DAY + i * 6_000;
    sent.push({ id: `s${i}`, account: `s${i}`, at, row: commonest[i % commonest.length] ?? 0 });
  }
  // Something must come after, or the last minutes stay open, and the watch that ends with the surge has no report.
  for (let i = 0; i < TAIL; i++)
    sent.push({
      id: `e${i}`,
      account: `a${i}`,
      at: START + 5 * DAY + 7_200_000 + i * 60_000,
      row: i % rows.length,
    });
  return sent;
}

/** As it goes onto the log. */
export function conversationOf({ id, account, at, row }: Sent, rows: readonly Row[]): string {
  const text = rows[row]?.full_text ?? '';
  return JSON.stringify(whole(id, account, new Date(at).toISOString(), text));
}

const whole = (id: string, account: string, at: string, text: string) => ({
  conversation_id: id,
  account_id: account,
  at,
  messages: [
    { role: 'user', content: text },
    { role: 'assistant', content: `You wrote: ${text}` },
  ],
});

/** Broken in every way that the border names, with private text in the very place that is wrong. */
export function brokenRecords(rows: readonly Row[]): string[] {
  return rows.slice(0, BROKEN).flatMap(({ full_text: text }, i) => {
    const good = whole(`b${i}`, `b${i}`, new Date(START).toISOString(), text);
    const deep = Array.from({ length: 200 }).reduce<unknown>((inner) => ({ [text]: inner }), text);
    const broken = [
      { ...good, at: text },
      { ...good, at: '2999-01-01T00:00:00Z' },
      { ...good, at: '1999-01-01T00:00:00Z' },
      { ...good, conversation_id: `${text}\u0007` },
      { ...good, account_id: { [text]: text } },
      { ...good, messages: text },
      { ...good, messages: [{ role: text, content: text }] },
      { ...good, messages: [{ role: 'user', content: [{ type: 'text', [text]: text }] }] },
      { ...good, messages: [{ role: 'user', content: [{ type: 'tool_use', input: deep }] }] },
      { ...good, metadata: { [text]: deep } },
      { ...good, flags: [text.padEnd(100, text)] },
      { ...good, retention: text },
    ];
    return [text, JSON.stringify(good).slice(0, -5), ...broken.map((one) => JSON.stringify(one))];
  });
}
