/**
 * Personal data marked by others, laid into conversations and sent through a running cliowatch: which of it is found again after
 * each privacy layer, and anywhere else that a reader of the aggregate plane, a log file or a disk would see (Clio, figure 5).
 * A surge of one kind of text is laid in, so that alerts are told too.
 *   node test/evaluation/privacy.ts [--data FOLDER]
 */
import { spawn } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { io } from 'socket.io-client';
import { z } from 'zod';
import { createSystemClock } from '../../src/adapters/clock/system.ts';
import { makeTokens } from '../../src/app/adapters.ts';
import { type App, startApp } from '../../src/app/compose.ts';
import { loadConfig } from '../../src/app/load-config.ts';
import { generationRecordSchema } from '../../src/domain/generation.ts';
import { pointRecordSchema, sampleSchema } from '../../src/domain/point.ts';
import { keptSchema } from '../../src/pipeline/cluster/window.ts';
import { decode } from '../../src/pipeline/records.ts';
import { ALL_ROLES } from '../../src/pipeline/roles.ts';
import type { LogRecord } from '../../src/ports/event-log.ts';
import { plot } from './plot.ts';

const { values } = parseArgs({ options: { data: { type: 'string' }, run: { type: 'string' } } });
const DATA = values.data ?? join(import.meta.dirname, '../../../shared/data');
const FILE = join(DATA, 'presidio-synth-pii.jsonl.gz');
const START = Date.parse('2026-03-02T00:00:00Z');
const DAY = 86_400_000;
/** Shorter ones are found by chance in what is encoded. */
const LEAST = 6;

const rowSchema = z.object({
  full_text: z.string(),
  template_id: z.number(),
  spans: z.array(z.object({ entity_type: z.string(), entity_value: z.string() })),
});
type Row = z.infer<typeof rowSchema>;
type Sent = { readonly id: string; readonly account: string; readonly at: number; readonly row: number };

const settings = [
  'summarizer=offline',
  'labeler=offline',
  'logging.level=debug',
  'http.port=0',
  `tokens.key=${Buffer.alloc(32, 1).toString('base64')}`,
];

function readRows(): Row[] {
  return gunzipSync(readFileSync(FILE))
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => rowSchema.parse(JSON.parse(line)));
}

/** Every text three times by one account over five days; then all texts of the commonest template at once, by accounts of their own. */
function plan(rows: readonly Row[]): Sent[] {
  const sent: Sent[] = [];
  for (let copy = 0; copy < 3; copy++) {
    for (const row of rows.keys()) {
      const at = START + ((copy * rows.length + row) / (3 * rows.length)) * 5 * DAY;
      sent.push({ id: `p${copy}-${row}`, account: `a${row}`, at, row });
    }
  }
  const byTemplate = Map.groupBy(rows.keys(), (row) => rows[row]?.template_id ?? 0);
  const [commonest = []] = [...byTemplate.values()].sort((a, b) => b.length - a.length);
  for (let i = 0; i < 300; i++) {
    const at = START + 5 * DAY + i * 6_000;
    sent.push({ id: `s${i}`, account: `s${i}`, at, row: commonest[i % commonest.length] ?? 0 });
  }
  // Something must come after, or the last minutes stay open.
  for (let i = 0; i < 30; i++)
    sent.push({ id: `e${i}`, account: `a${i}`, at: START + 5 * DAY + 7_200_000 + i * 60_000, row: i });
  return sent;
}

/** Marked values that stand nowhere outside of marks: to find one is to find what was marked. */
function markedIn(rows: readonly Row[]): Map<number, string[]> {
  const unmarked = rows
    .map(({ full_text, spans }) =>
      spans.reduce((rest, span) => rest.replaceAll(span.entity_value, ' '), full_text),
    )
    .join('\n')
    .toLowerCase();
  return new Map(
    rows.map(({ spans }, i) => {
      const lower = spans.map(({ entity_value }) => entity_value.toLowerCase());
      return [i, lower.filter((value) => value.length >= LEAST && !unmarked.includes(value))];
    }),
  );
}

const held = (text: string, marked: readonly string[]): string[] => {
  const lower = text.toLowerCase();
  return marked.filter((value) => lower.includes(value));
};

type Layer = { readonly outputs: number; readonly holding: number };
const outcomeSchema = z.object({
  layers: z.record(z.string(), z.object({ outputs: z.number(), holding: z.number() })),
  clusters: z.object({ all: z.number(), shown: z.number() }),
  alerts: z.number(),
  marked: z.array(z.string()),
  places: z.record(z.string(), z.object({ bytes: z.number(), found: z.array(z.string()) })),
});

/** The part that a user runs: in a process of its own, so that all it says can be read. */
/** Of a sample that the window keeps longer; the state of the role has none. */
function keptText(record: LogRecord): string {
  return record.key?.startsWith('window/') === true ? decode(keptSchema, record).member.text : '';
}

async function runApp(folder: string): Promise<void> {
  const rows = readRows();
  const marked = markedIn(rows);
  const sent = plan(rows);
  const heard: string[] = [];
  const hook = createServer((request, reply) => {
    request.on('data', (chunk: Buffer) => heard.push(chunk.toString()));
    request.on('end', () => reply.end());
  });
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', () => resolve()));
  const { port } = hook.address() as AddressInfo;
  const own = [`data=${folder}`, `sinks.webhook.url=http://127.0.0.1:${port}/`];
  const config = loadConfig({ environment: {}, flags: [...settings, ...own] });
  const app = await startApp({ config, roles: ALL_ROLES, version: 'evaluation', clock: createSystemClock() });
  const tokens = makeTokens(config);
  const rowOf = new Map(sent.map(({ id, row }) => [String(tokens.conversation(id)), row]));
  const texts = new Map<string, string[]>();
  const layers = new Map<string, Layer>();
  const count = (layer: string, text: string, own: readonly string[]): void => {
    const { outputs, holding } = layers.get(layer) ?? { outputs: 0, holding: 0 };
    layers.set(layer, { outputs: outputs + 1, holding: holding + (held(text, own).length > 0 ? 1 : 0) });
  };
  // What the program says of itself before it has read a word, such as Pearson in a help text, is no find.
  const before = (await readAll(app, [])).flatMap(([, answers]) => answers).join('\n');
  const all = [...new Set([...marked.values()].flat())].filter((value) => held(before, [value]).length === 0);
  const rich = new Set([app.topics.points, app.topics.samples, app.topics.window]);
  const followed = Object.values(app.topics).filter((topic) => topic !== app.topics.conversations);
  const follower = await app.log.follow(followed, 'start', (record) => {
    if (record.value === null) return;
    const text = record.value.toString('utf8');
    if (record.topic === app.topics.points) {
      const point = decode(pointRecordSchema, record);
      if (point.kind === 'point')
        count(
          'after the facets (points)',
          JSON.stringify(point.facets),
          marked.get(rowOf.get(point.conversation) ?? -1) ?? [],
        );
    } else if (record.topic === app.topics.samples) {
      const sample = decode(sampleSchema, record);
      count(
        'kept for the window (samples)',
        JSON.stringify(sample.facets),
        marked.get(rowOf.get(sample.conversation) ?? -1) ?? [],
      );
    } else if (record.topic === app.topics.window) {
      count('kept for the window, older (window)', keptText(record), all);
    } else if (record.topic === app.topics.generations) {
      const value = decode(generationRecordSchema, record);
      if (value.kind === 'cluster' && value.label !== null)
        count('labels of clusters', JSON.stringify(value.label), all);
    }
    if (!rich.has(record.topic))
      texts.set(`topic ${record.topic}`, [...(texts.get(`topic ${record.topic}`) ?? []), text]);
  });
  const live = io(app.url, { transports: ['websocket'] });
  live.onAny((...event: unknown[]) => heard.push(JSON.stringify(event)));
  for (const room of ['alerts', 'clusters', 'pulse']) {
    live.emit('join', { room }, (answer: unknown) => heard.push(JSON.stringify(answer)));
  }
  for (const { row } of sent) count('raw', rows[row]?.full_text ?? '', marked.get(row) ?? []);
  for (let i = 0; i < sent.length; i += 100) await send(app, rows, sent.slice(i, i + 100));
  await settled(app);
  await delay(3_000);
  texts.set('webhook and websocket', heard);
  const clusters = app.view.clusters({ sort: 'size', limit: 1_000 });
  for (const [place, answers] of await readAll(
    app,
    clusters.map(({ id }) => id),
  ))
    texts.set(place, answers);
  live.close();
  await follower.stop();
  await app.stop();
  hook.close();
  for (const file of globSync('**/*.sqlite*', { cwd: folder })) {
    if (/vectors|models/.test(file)) continue;
    if (/history|intake/.test(file))
      texts.set(`file ${file}`, [readFileSync(join(folder, file)).toString('latin1')]);
  }
  const places = [...texts].map(([place, parts]) => {
    const text = parts.join('\n');
    return [place, { bytes: text.length, found: held(text, all) }] as const;
  });
  const outcome = {
    layers: Object.fromEntries(layers),
    clusters: {
      all: clusters.length,
      shown: clusters.filter(({ visibility }) => visibility === 'shown').length,
    },
    alerts: app.view.alerts({ limit: 1_000 }).length,
    marked: all,
    places: Object.fromEntries(places),
  };
  writeFileSync(join(folder, 'outcome.json'), JSON.stringify(outcome));
}

async function send(app: App, rows: readonly Row[], part: readonly Sent[]): Promise<void> {
  const topic = app.topics.conversations;
  const records = part.map(({ id, account, at, row }) => ({
    topic,
    key: id,
    value: JSON.stringify({
      conversation_id: id,
      account_id: account,
      at: new Date(at).toISOString(),
      messages: [
        { role: 'user', content: rows[row]?.full_text ?? '' },
        { role: 'assistant', content: `You wrote: ${rows[row]?.full_text ?? ''}` },
      ],
    }),
  }));
  await app.log.publish(records);
  while ((await app.log.lag('admit', topic)) > 500) await delay(20);
}

async function settled(app: App): Promise<void> {
  for (let quiet = 0; quiet < 3; ) {
    await delay(700);
    const waiting = Object.values(app.lag()).reduce((sum, records) => sum + records, 0);
    quiet = waiting === 0 ? quiet + 1 : 0;
  }
}

/** All that a reader can ask for. */
async function readAll(app: App, ids: readonly string[]): Promise<[string, string[]][]> {
  const get = async (path: string): Promise<string> => (await fetch(new URL(path, app.url))).text();
  const lists = [
    'clusters?limit=1000',
    'hierarchy',
    'alerts?limit=1000',
    'generations',
    'classifier-check',
    'pulse',
  ];
  const answers = await Promise.all(lists.map((path) => get(`/v1/${path}`)));
  for (const id of ids) answers.push(await get(`/v1/clusters/${id}`));
  return [
    ['HTTP API', answers],
    ['/metrics', [await get('/metrics')]],
  ];
}

async function evaluate(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cliowatch-privacy-'));
  try {
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', import.meta.filename, '--run', folder, '--data', DATA],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
    const code = await new Promise((resolve) => child.on('close', resolve));
    if (code !== 0) throw new Error(`ended with ${code}: ${said.slice(-2_000)}`);
    const outcome = outcomeSchema.parse(JSON.parse(readFileSync(join(folder, 'outcome.json'), 'utf8')));
    report(outcome, { bytes: said.length, found: held(said, outcome.marked) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function report(
  { layers, clusters, alerts, marked, places }: z.infer<typeof outcomeSchema>,
  said: { bytes: number; found: string[] },
): void {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  say(
    `${marked.length} distinct marked values of ${LEAST} characters and more; ${clusters.all} clusters, ${clusters.shown} shown, ${alerts} alerts. Summaries and names offline.\n`,
  );
  say('| layer | outputs | holding a marked value |\n|---|---|---|');
  for (const [layer, { outputs, holding }] of Object.entries(layers))
    say(`| ${layer} | ${outputs} | ${holding} (${((100 * holding) / outputs).toFixed(1)}%) |`);
  plot('privacy', {
    title: 'Outputs that hold a marked private value, by layer (summaries and names offline)',
    data: {
      values: Object.entries(layers).map(([layer, { outputs, holding }]) => ({
        layer,
        share: holding / outputs,
        told: `${((100 * holding) / outputs).toFixed(1)}%`,
      })),
    },
    width: 420,
    encoding: {
      y: {
        field: 'layer',
        type: 'nominal',
        sort: Object.keys(layers),
        title: null,
        axis: { labelLimit: 300 },
      },
      x: { field: 'share', type: 'quantitative', title: 'share of outputs', scale: { domain: [0, 1] } },
    },
    layer: [
      { mark: 'bar' },
      {
        mark: { type: 'text', align: 'left', dx: 4 },
        encoding: { text: { field: 'told', type: 'nominal' } },
      },
    ],
  });
  say('\n| place | bytes | marked values found |\n|---|---|---|');
  const rows = Object.entries({ ...places, 'standard output and error (logs, alerts)': said });
  for (const [place, { bytes, found }] of rows)
    say(
      `| ${place} | ${bytes} | ${found.length}${found.length > 0 ? `: ${found.slice(0, 5).join('; ')}` : ''} |`,
    );
}

if (!existsSync(FILE)) process.stdout.write('The data sets are not on this machine; nothing was measured.\n');
else if (values.run !== undefined) await runApp(values.run);
else await evaluate();
