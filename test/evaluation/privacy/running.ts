/**
 * The part that a user runs, in a process of its own so that all it says can be read: a cliowatch with a watch, an alert that is
 * acknowledged, a silence and broken records, and everything that comes out of it.
 */
import { globSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { io } from 'socket.io-client';
import { createSystemClock } from '../../../src/adapters/clock/system.ts';
import { makeTokens } from '../../../src/app/adapters.ts';
import { type App, startApp } from '../../../src/app/compose.ts';
import { ALL_ROLES } from '../../../src/pipeline/roles.ts';
import { hashesOf, readForSearch, search, withoutTopics } from './files.ts';
import { keepingOf, SINGLE } from './keeping.ts';
import { LAYERS, Layers } from './layers.ts';
import { finderOf, type Marked, markedIn, type Row } from './marked.ts';
import { configFor, getAs, operate, operateOnAlert, READER, sendAll, startHook, until } from './operating.ts';
import type { Outcome, Places } from './outcome.ts';
import { type Get, readAll } from './readable.ts';
import { END, plan, START } from './traffic.ts';

const WATCH = 'planted';

/** Leaves `outcome.json` in the folder. */
export async function runApp(folder: string, rows: readonly Row[]): Promise<void> {
  const data = join(folder, 'data');
  const texts = new Texts();
  const hook = await startHook((said) => texts.add('webhook', said));
  const config = configFor(data, hook.url);
  const app = await startApp({ config, roles: ALL_ROLES, version: 'evaluation', clock: createSystemClock() });
  const reader = getAs(app, READER);
  const before = hashesOf(data);
  await operate(app, 'PUT', `/v1/watches/${WATCH}`, {
    title: 'All that is planted',
    match: { pattern: '.' },
    from: new Date(START).toISOString(),
    to: new Date(END).toISOString(),
  });
  const marked = markedIn(rows);
  const sought = await notYetSaid(reader, marked.all);
  const find = finderOf(sought);
  const sent = plan(rows);
  const tokens = makeTokens(config);
  const tokenRows = new Map(sent.map(({ id, row }) => [String(tokens.conversation(id)), row]));
  const layers = new Layers(app.topics, onlyThose(marked, sought), find, tokenRows);
  const listening = await listen(app, texts, layers);
  for (const { row } of sent) layers.count(LAYERS.raw, rows[row]?.full_text ?? '', row);
  const deadLetters = await sendAll(app, rows, sent);
  const alerts = await operateOnAlert(app, reader);
  await until(() => texts.count(`topic ${app.topics.deadLetters}`) === deadLetters, 'every dead letter');
  await until(() => globSync(join(data, 'reports/*.html')).length > 0, 'the report of the watch');
  await delay(3_000);
  const refused = await readInto(texts, reader);
  const clusters = clustersOf(app);
  await listening.stop();
  await app.stop();
  hook.stop();
  const logFile = join(config.log.embedded.path, 'log.sqlite');
  const keeping = keepingOf(config, app.topics, {
    file: statSync(join(data, logFile)).mode,
    folder: statSync(join(data, config.log.embedded.path)).mode,
  });
  const { places, ...files } = searchFiles(data, before, { find, app, logFile });
  const { distinct, tooShort, unmarkedToo, all } = marked;
  const { summarized, labelled } = layers;
  writeFileSync(
    join(folder, 'outcome.json'),
    JSON.stringify({
      layers: layers.layers,
      clusters,
      alerts,
      deadLetters,
      summarized,
      labelled,
      sought,
      notSought: { distinct, tooShort, unmarkedToo, saidBefore: all.length - sought.length },
      keeping: keeping.map((one, i) => ({ ...one, layer: LAYERS[SINGLE[i] ?? 'raw'] })),
      places: { ...texts.searched(find), ...places },
      ...files,
      refused,
    } satisfies Outcome),
  );
}

/** Texts by the place where they came out. */
class Texts {
  readonly #texts = new Map<string, string[]>();

  add(place: string, ...said: readonly string[]): void {
    const held = this.#texts.get(place) ?? [];
    held.push(...said);
    this.#texts.set(place, held);
  }

  count(place: string): number {
    return this.#texts.get(place)?.length ?? 0;
  }

  searched(find: (text: string) => string[]): Places {
    return Object.fromEntries(
      [...this.#texts].map(([place, parts]) => {
        const text = parts.join('\n');
        // A place where nothing came out proves nothing.
        if (text === '') throw new Error(`nothing ever came out at: ${place}`);
        return [place, { bytes: Buffer.byteLength(text), found: find(text) }];
      }),
    );
  }
}

/** Answers with the routes that are not for readers. */
async function readInto(texts: Texts, reader: Get): Promise<string[]> {
  const { answers, refused } = await readAll(reader, 'must be full');
  for (const [path, said] of answers)
    texts.add(`GET ${path}`, ...(path === '/metrics' ? said.map(withoutFigures) : said));
  return [...refused];
}

/** Of every space. */
function clustersOf({ view }: App): Outcome['clusters'] {
  const all = view.spaces().flatMap(({ id }) => view.clusters({ sort: 'size', limit: 1_000, space: id }));
  return { all: all.length, shown: all.filter(({ visibility }) => visibility === 'shown').length };
}

/** Without what the program says of itself before it has read a word, such as Pearson in a help text: to find it is no find. */
async function notYetSaid(reader: Get, values: readonly string[]): Promise<string[]> {
  const { answers } = await readAll(reader, 'may be empty');
  const said = new Set(finderOf(values)([...answers.values()].flat().join('\n')));
  return values.filter((value) => !said.has(value));
}

function onlyThose(marked: Marked, values: readonly string[]): Marked {
  const sought = new Set(values);
  const byRow = [...marked.byRow].map(
    ([row, own]) => [row, own.filter((value) => sought.has(value))] as const,
  );
  return { ...marked, byRow: new Map(byRow) };
}

/** Figures stand between blanks there, as private ones do. */
const withoutFigures = (exposition: string): string => exposition.replace(/^([^#\n].*) \S+$/gm, '$1');

/** To every topic but that of raw conversations, and to the websocket as a reader. */
async function listen(app: App, texts: Texts, layers: Layers): Promise<{ stop(): Promise<void> }> {
  const single = new Set<string>(SINGLE.map((name) => app.topics[name]));
  const followed = Object.values(app.topics).filter((topic) => topic !== app.topics.conversations);
  // One that stays empty is found out at the end.
  for (const topic of followed) if (!single.has(topic)) texts.add(`topic ${topic}`);
  const follower = await app.log.follow(followed, 'start', (record) => {
    layers.take(record);
    if (!single.has(record.topic))
      texts.add(`topic ${record.topic}`, `${record.key ?? ''} ${record.value?.toString('utf8') ?? ''}`);
  });
  const live = io(app.url, { transports: ['websocket'], auth: { token: READER } });
  live.onAny((...event: unknown[]) => texts.add('websocket', JSON.stringify(event)));
  for (const room of ['alerts', 'clusters', 'pulse'])
    live.emit('join', { room }, (answer: unknown) => texts.add('websocket', JSON.stringify(answer)));
  return {
    async stop() {
      live.close();
      await follower.stop();
    },
  };
}

/** All files of the data folder, but those that are as they were before the first conversation. */
function searchFiles(
  folder: string,
  before: ReadonlyMap<string, string>,
  { find, app, logFile }: { find: (text: string) => string[]; app: App; logFile: string },
): { places: Places; single: Places; unchanged: string[] } {
  const after = hashesOf(folder);
  const unchanged = [...after].filter(([file, hash]) => before.get(file) === hash).map(([file]) => file);
  const changed = [...after.keys()].filter((file) => !unchanged.includes(file));
  const single: Places = {};
  const places: Places = {};
  for (const file of changed) {
    const searched = search(readForSearch(join(folder, file)), find);
    if (file === logFile) single[`file ${file}`] = searched;
    else places[`file ${file}`] = searched;
  }
  const topics = new Set<string>(SINGLE.map((name) => app.topics[name]));
  places[`file ${logFile} without ${[...topics].join(', ')}`] = search(
    withoutTopics(join(folder, logFile), topics),
    find,
  );
  return { places, single, unchanged };
}
