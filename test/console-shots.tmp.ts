import { attachLive } from '../src/adapters/live/socket-io.ts';
import { startHttpRig } from './support/http-rig.ts';
import { alertView, clusterDetail, clusterView, NOON, pulse } from './support/view-fixture.ts';
import { builtConsole } from './support/console-build.ts';
import { startBrowser } from './support/browser.ts';

const HOUR = 3_600_000;
const N = Number(process.env.N ?? 60);
const names = ['Refund requests after the outage','Python tracebacks in data pipelines','Cover letters for nursing jobs','Help with Spanish homework','SQL window functions','Meal plans for diabetics','Debugging React hydration errors','Wedding speech drafts','Explaining court letters to tenants','Translating product manuals from Japanese','Storm damage insurance claims','Kubernetes ingress timeouts','Bulk rewriting of product reviews','Song lyrics in the style of folk ballads','Tax return questions for freelancers','Unit tests for legacy Java services','Recipes from leftovers','Roleplay with invented characters','Travel plans for northern Norway','Maths word problems, grade six','Regex for log parsing','Grant proposals in biology','Customer mails in Portuguese','Explaining blood test results'];
let s = 7; const rnd = () => ((s = (s * 1103515245 + 12345) % 2147483648) / 2147483648);
const spark = (base: number, end: number) => Array.from({ length: 48 }, (_, i) => Math.round(base * (0.7 + 0.5 * Math.sin(i / 8) + 0.5 * rnd()) * (i > 42 ? end : 1) * (i === 47 ? 0.4 : 1)));
const clusters = Array.from({ length: N }, (_, i) => {
  const base = 2 + rnd() * 20; const up = i < 3 ? 4 - i * 0.8 : 0.8 + rnd() * 0.5;
  const exp = base * 3; const acc = Math.round(exp * up); const pending = i % 11 === 5; 
  return clusterView(`c${(i * 7 + 11).toString(36)}`, {
    name: pending ? null : `${names[i % names.length]}${i >= names.length ? ` (${Math.floor(i / names.length) + 1})` : ''}`,
    visibility: pending ? (i % 22 === 5 ? 'pending' : 'hidden') : 'shown', conversations: pending ? 20 : Math.round(base * 240), accounts: pending ? null : Math.round(base * 130),
    last_hour: pending ? 10 : Math.round(acc * 1.2), expected_hour: pending ? null : exp, accounts_hour: pending ? null : acc, ratio: pending ? null : acc / exp, ratio_low: pending ? null : Math.max(0.2, acc / exp - 0.6),
    concern: pending ? null : 1 + rnd() * (i % 9 === 0 ? 3.4 : 1.2), sparkline: pending ? [] : spark(base, up), alert: i === 0 || i === 1 ? 'firing' : i === 2 ? 'pending' : null,
    origin: i === 1 ? 'newborn' : 'rebuild', born_at: i === 1 ? NOON - 2 * HOUR : NOON - 200 * HOUR,
    description: 'People ask how to get their money back after the service was down for several hours, and what terms apply to annual plans.',
  });
});
clusters[4]!.name = '<img src=x onerror=alert(1)>';
const rig = await startHttpRig({}, { consoleFolder: await builtConsole() });
const live = attachLive({ server: rig.app.server, view: rig.view, gate: rig.server.gate, telemetry: rig.telemetry });
rig.view.content.clusters = clusters;
const c0 = clusters[0]!;
const timeline = Array.from({ length: 28 * 24 }, (_, i) => { const at = NOON - (28 * 24 - 1 - i) * HOUR; const e = 22 + 14 * Math.sin((i / 24) * 2 * Math.PI); const up = i > 28 * 24 - 4 ? 3.4 : 1; const a = Math.round(e * up * (0.85 + 0.3 * rnd())); return { at, conversations: Math.round(a * 1.25), accounts: a, expected: e }; });
rig.view.content.details = new Map(clusters.map((c) => [c.id, clusterDetail(c.id, { ...c, timeline, languages: { en: 0.71, es: 0.14, pt: 0.06, de: 0.05 }, surfaces: { web: 0.62, ios: 0.27, api: 0.11 }, flags: { spam: 0.04 },
  neighbours: clusters.slice(5, 11).map((n, i) => ({ id: n.id, name: n.name, similarity: 0.78 - i * 0.05 })),
  lineage: [{ generation: 2, at: NOON - 150 * HOUR, relation: { kind: 'born', id: c.id, from: [] } }, { generation: 9, at: NOON - 50 * HOUR, relation: { kind: 'split', id: c.id, from: [{ id: 'c4', share: 0.61 }] } }, { generation: 14, at: NOON - 9 * HOUR, relation: { kind: 'continues', id: c.id, from: [{ id: c.id, share: 0.93 }] } }],
  names: [{ generation: 2, at: NOON - 150 * HOUR, name: 'Refund requests' }, { generation: 14, at: NOON - 9 * HOUR, name: 'Refund requests after the outage' }] })]));
rig.view.content.alerts = [
  alertView('a1', { cluster: c0.id, name: c0.name, reason: 'above-page-threshold: 84 new accounts in 60 min where 21 were expected (3.9 times; surely above 3.1), growing since 11:45 UTC' }),
  alertView('a2', { cluster: clusters[1]!.id, name: clusters[1]!.name, kind: 'new', severity: 'watch', accounts: 41, conversations: 58, reason: 'above-threshold: a topic not seen before, since 10:58 UTC: 41 accounts, 58 conversations', pending_at: NOON - 50 * 60_000, onset: NOON - 62 * 60_000, fired_at: NOON - 44 * 60_000 , acknowledged: { by: 'olga', at: NOON - 30 * 60_000, note: 'Known launch, watching it' }}),
  alertView('a3', { cluster: clusters[2]!.id, name: clusters[2]!.name, state: 'pending', fired_at: null, severity: 'watch', pending_at: NOON - 70 * 60_000, pattern: 'coordinated-flood', conversations_per_account: 31.4, top_account_share: 0.22, accounts: 9, conversations: 282, reason: 'evidence-building: 9 new accounts in 60 min where 2.1 were expected (4.3 times; surely above 1.9), growing since 10:41 UTC; few accounts send much (31 conversations each, the busiest 22%)' }),
  alertView('a4', { cluster: 'c5', name: null, state: 'firing', severity: 'watch', kind: 'surge', pending_at: NOON - 2 * HOUR, observed: 20, accounts: 10, conversations: 20, windows: [], conversations_per_account: 0, reason: 'surge: a cluster that may not be shown yet; an update follows once it may' }),
  ...[3, 6, 7, 8].map((i) => alertView(`r${i}`, { cluster: clusters[i]!.id, name: clusters[i]!.name, state: 'resolved', severity: i === 6 ? 'page' : 'watch', pending_at: NOON - i * 5 * HOUR, onset: NOON - i * 5 * HOUR - 20 * 60_000, fired_at: NOON - i * 5 * HOUR, resolved_at: NOON - i * 5 * HOUR + 95 * 60_000, reason: 'growth-ended: 41 new accounts in 60 min where 14 were expected (2.9 times; surely above 2.0)' })),
];
const thePulse = pulse({ now: NOON + 23 * 60_000, speed: 120, per_second: 84.3, per_hour: 2531, total_sparkline: spark(600, 1.1), outlier_rate: 0.18, generation: 14, generation_age_seconds: 4520, clusters: N, lag: { admit: 12, assign: 3, cluster: 0, detect: 0 }, dead_letters: 3, late: 2, muted_until: process.env.MUTED ? NOON + 6 * HOUR : null, ready: !process.env.MUTED, problems: process.env.MUTED ? ['kafka: no broker answers at localhost:9092'] : [] });
rig.view.pulse = () => thePulse;
rig.view.hierarchy = () => Array.from({ length: 6 }, (_, p) => { const ch = clusters.filter((_, i) => i % 6 === p).slice(0, 9); return { id: `p${p}`, name: ['Money and refunds', 'Programming help', 'Writing', 'Learning', 'Health and food', null][p] ?? null, description: p < 3 ? 'What people ask about it, in one sentence of a parent.' : null, conversations: ch.reduce((a, c) => a + c.conversations, 0), children: ch.map((c) => ({ id: c.id, name: c.name, conversations: c.conversations })) }; });
const { url } = await rig.server.listen('127.0.0.1', 0);
await using browser = await startBrowser();
const shot = async (name: string, w: number, h: number, hash: string, light = false, act?: (p: import('playwright-core').Page) => Promise<void>) => {
  const { page, errors, failedRequests } = await browser.open({ width: w, height: h, light });
  await page.goto(`${url}/${hash}`);
  await page.waitForTimeout(900);
  if (act) await act(page);
  await page.screenshot({ path: `/tmp/shots/${name}.png` });
  console.log(name, errors, failedRequests, await page.title(), await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth].join('/')));
  await page.close();
};
const only = process.env.ONLY?.split(',');
const all: [string, number, number, string, boolean?, ((p: import('playwright-core').Page) => Promise<void>)?][] = [
  ['live', 1440, 900, ''], ['light', 1440, 900, '', true], ['1280', 1280, 800, ''], ['phone', 390, 844, ''], ['phone-alerts', 390, 844, '#/alerts'],
  ['drawer', 1440, 900, `#/clusters/${c0.id}`], ['phone-drawer', 390, 844, `#/clusters/${c0.id}`], ['drawer-light', 1440, 900, `#/clusters/${c0.id}`, true, async (p) => { await p.locator('.drawer').evaluate((d) => { d.scrollTop = 700; }); await p.waitForTimeout(200); }],
  ['hierarchy', 1440, 900, '#/hierarchy'], ['phone-hierarchy', 390, 844, '#/hierarchy'],
  ['lit', 1440, 900, '', false, async (p) => { rig.view.send('alerts', { alert: alertView('a9', { cluster: clusters[9]!.id, name: clusters[9]!.name, pending_at: NOON + 22 * 60_000, onset: NOON + 9 * 60_000, fired_at: NOON + 22 * 60_000 }) }); await p.waitForTimeout(1200); await p.locator('.alert button').first().click(); }],
];
for (const [name, ...rest] of all) if (!only || only.includes(name)) await shot(name, ...rest);
await live.stop(); await rig.server.stop();
