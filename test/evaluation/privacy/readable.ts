/** All that a reader can ask for, by the description of the API that the server itself gives: a new route is asked too, or it fails. */
import { z } from 'zod';

export type Get = (path: string) => Promise<{ readonly status: number; readonly text: string }>;

const parameterSchema = z.object({
  name: z.string(),
  in: z.string(),
  schema: z.object({ maximum: z.number().optional() }),
});
const documentSchema = z.object({
  paths: z.record(
    z.string(),
    z.object({ get: z.object({ parameters: z.array(parameterSchema).default([]) }).optional() }),
  ),
});
type Parameter = z.infer<typeof parameterSchema>;

const spacesSchema = z.object({ spaces: z.array(z.object({ id: z.string() })) });
const listSchema = z.record(z.string(), z.array(z.object({ id: z.string() })));
const sharesSchema = z.object({ values: z.array(z.object({ facet: z.string(), value: z.string() })) });

/** Choose or order what is answered without them. */
const NARROWING = new Set(['search', 'sort', 'state', 'flag']);
/** How much is answered: all there is. */
const AMOUNTS = new Set(['limit', 'generations']);

export type Reading = {
  /** Answers of each route, by its path in the description. */
  readonly answers: ReadonlyMap<string, readonly string[]>;
  /** Routes that are not for readers. */
  readonly refused: readonly string[];
};

/**
 * @param get asks as a reader
 * @param empty whether a list may have nothing to ask the routes below it for, as before the first conversation
 * @throws when a route has a parameter that nobody knows how to fill, or answers anything but 200
 */
export async function readAll(get: Get, empty: 'may be empty' | 'must be full'): Promise<Reading> {
  const { paths } = documentSchema.parse(JSON.parse(await ask(get, '/docs/json')));
  const routes = Object.entries(paths).flatMap(([path, route]) =>
    route.get === undefined ? [] : [{ path, parameters: route.get.parameters }],
  );
  const { spaces } = spacesSchema.parse(JSON.parse(await ask(get, '/v1/spaces')));
  const answers = new Map<string, string[]>();
  const refused: string[] = [];
  // Lists before what is asked by their ids.
  routes.sort((a, b) => named(a.parameters, 'path').length - named(b.parameters, 'path').length);
  for (const { path, parameters } of routes) {
    // Roles are looked at before all else.
    if ((await get(path.replaceAll(/\{\w+\}/g, '-'))).status === 403) {
      refused.push(path);
      continue;
    }
    const given: string[] = [];
    for (const place of placesOf(path, named(parameters, 'path'), answers, empty)) {
      for (const query of queriesOf(path, parameters, spaces)) {
        const answer = await ask(get, `${place}?${query}`);
        given.push(answer);
        if (!parameters.some(({ name }) => name === 'facet')) continue;
        for (const pair of sharesSchema.parse(JSON.parse(answer)).values)
          given.push(
            await ask(get, `${place}?${new URLSearchParams({ ...Object.fromEntries(query), ...pair })}`),
          );
      }
    }
    answers.set(path, given);
  }
  return { answers, refused };
}

const named = (parameters: readonly Parameter[], where: string): Parameter[] =>
  parameters.filter((one) => one.in === where);

async function ask(get: Get, path: string): Promise<string> {
  const { status, text } = await get(path);
  if (status !== 200) throw new Error(`GET ${path} answered ${status}: ${text.slice(0, 300)}`);
  return text;
}

/** `/v1/alerts/{id}` for every id that `/v1/alerts` has told. */
function placesOf(
  path: string,
  parameters: readonly Parameter[],
  answers: ReadonlyMap<string, readonly string[]>,
  empty: 'may be empty' | 'must be full',
): string[] {
  if (parameters.length === 0) return [path];
  const [list = ''] = path.split('/{id}');
  const told = answers.get(list);
  if (parameters.length > 1 || list === path || told === undefined)
    throw new Error(`GET ${path}: nobody knows what to fill in; teach it to ${import.meta.filename}`);
  const ids = told.flatMap((answer) => Object.values(listSchema.parse(JSON.parse(answer))).flat());
  if (ids.length === 0 && empty === 'must be full')
    throw new Error(`GET ${path} cannot be asked: ${list} is empty`);
  return [...new Set(ids.map(({ id }) => path.replace('{id}', encodeURIComponent(id))))];
}

/** The whole of it, for every space where it is told by space. */
function queriesOf(
  path: string,
  parameters: readonly Parameter[],
  spaces: readonly { readonly id: string }[],
): URLSearchParams[] {
  let queries = [new URLSearchParams()];
  const give = (name: string, values: readonly string[]): void => {
    queries = queries.flatMap((query) =>
      values.map((value) => new URLSearchParams({ ...Object.fromEntries(query), [name]: value })),
    );
  };
  for (const { name, schema } of named(parameters, 'query')) {
    if (AMOUNTS.has(name) && schema.maximum !== undefined) give(name, [String(schema.maximum)]);
    else if (name === 'space')
      give(
        name,
        spaces.map(({ id }) => id),
      );
    // What values there are is told without them: each is asked for after that.
    else if (name !== 'facet' && name !== 'value' && !NARROWING.has(name))
      throw new Error(
        `GET ${path}: nobody knows what to give for ${name}; teach it to ${import.meta.filename}`,
      );
  }
  return queries;
}
