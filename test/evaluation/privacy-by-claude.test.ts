/** The same command with a key: Claude, here a server that speaks its API, summarizes and names; well, and so that names come out. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { loadLabelerPrompts, loadPrompt } from '../../src/adapters/anthropic/prompts.ts';
import { questionsOf } from '../../src/adapters/summarizer/questions.ts';
import { FACETS } from '../support/llm.ts';
import { API_KEY, answers, byInstruction, startMessagesApi } from '../support/messages-api.ts';

const ROWS = 200;
const SUBJECTS = ['a refund', 'a broken lock', 'my visa', 'tax on a gift'];
const prompts = loadLabelerPrompts();

/** Asks for a subject in the name of somebody whose name is marked. */
const rows = Array.from({ length: ROWS }, (_, i) => {
  const name = `Quorvan Zeltik${i}`;
  const subject = SUBJECTS[i % SUBJECTS.length] ?? '';
  return {
    full_text: `This is ${name}, I need help with ${subject}, please.`,
    template_id: i % SUBJECTS.length,
    spans: [{ entity_type: 'PERSON', entity_value: name }],
  };
});

const subjectIn = (said: string): string => SUBJECTS.find((subject) => said.includes(subject)) ?? 'a thing';
const nameIn = (said: string): string => /Quorvan Zeltik\d+/.exec(said)?.[0] ?? 'nobody';
const titled = (about: (said: string) => string) =>
  answers(({ user }) => ({
    name: `Help with ${about(user)}`,
    description: 'Users asked for help. They got answers.',
  }));

/** A summarizer that leaves every name in, an auditor that lets everything pass, and a labeler that names clusters so. */
const behaviourOf = (about: (said: string) => string) =>
  byInstruction({
    [questionsOf(loadPrompt('facets'), FACETS, []).prompt.text]: answers(({ user }) => ({
      request: `The user wants help with ${subjectIn(user)} for ${nameIn(user)}.`,
      task: 'Help with something.',
      languages: ['en'],
      concern: 1,
      concern_reason: 'Harmless.',
    })),
    [prompts.label.text]: titled(about),
    [prompts.nest.text]: titled(about),
    [prompts.audit.text]: answers(() => ({ score: 5, reason: 'Holds nothing private.' })),
    [prompts.propose.text]: answers(() => ({ headings: [] })),
    [prompts.deduplicate.text]: answers(() => ({ merges: [] })),
    [prompts.assign.text]: answers(() => ({ places: [] })),
  });

/** What the command says, run on these rows against that server. */
async function privacyBy(about: (said: string) => string): Promise<string> {
  const api = await startMessagesApi(behaviourOf(about));
  const data = mkdtempSync(join(tmpdir(), 'cliowatch-privacy-data-'));
  try {
    const lines = rows.map((row) => JSON.stringify(row)).join('\n');
    writeFileSync(join(data, 'presidio-synth-pii.jsonl.gz'), gzipSync(lines));
    const { PATH, HOME } = process.env;
    const env = { PATH, HOME, ANTHROPIC_API_KEY: API_KEY, CLIOWATCH_CLAUDE__BASE_URL: api.url };
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'privacy.ts'), '--data', data],
      { env, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const [said, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return said + errors;
  } finally {
    rmSync(data, { recursive: true });
    await api.stop();
  }
}

const lineOf = (page: string, place: string): string =>
  page.split('\n').find((line) => line.startsWith(`| ${place} |`)) ?? `no line of ${place}`;

it('with a key the shares are those of Claude, and none is found beyond single conversations', async () => {
  const page = await privacyBy(subjectIn);
  expect(page).toContain('Summaries: claude; names: claude.');
  expect(page).toMatch(/^\| points \| 100\.0% \| claude \| role assign; .* \| 3 days \|$/m);
  expect(page).toMatch(/^\| after the facets \(points\) \| 960 \| 960 \(100\.0%\) \|$/m);
  expect(page).toMatch(/^\| labels of clusters .* \| 0 \(0\.0%\) \|$/m);
  expect(page).toContain('**none is**');
}, 180_000);

it('of a name that a label holds every place is told where it comes out', async () => {
  const page = await privacyBy(nameIn);
  expect(page).toContain('**FOUND in ');
  for (const place of [
    'topic generations',
    'websocket',
    'webhook',
    'GET /metrics',
    'GET /v1/silences',
    'GET /v1/watches/{id}/report.html',
    'file history.sqlite',
    'file log/log.sqlite without points, samples, window',
    'standard output and error (logs, alerts)',
  ])
    expect(lineOf(page, place)).toMatch(/\| [1-9]\d*: quorvan/);
}, 180_000);
