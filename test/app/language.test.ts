import { expect, it } from 'vitest';
import { createManualClock } from '../../src/adapters/clock/manual.ts';
import { makeLanguage } from '../../src/app/language.ts';
import { loadConfig } from '../../src/app/load-config.ts';
import { NOON, silentTelemetry } from '../support/pipeline-rig.ts';

const made = (...flags: string[]) =>
  makeLanguage(
    loadConfig({ environment: { ANTHROPIC_API_KEY: 'key-for-tests' }, flags }),
    createManualClock(NOON),
    silentTelemetry(),
  );

it('a budget for a model without a price is refused: its dollars would never be known', async () => {
  expect(() => made('claude.budget_per_hour=5', 'claude.labeler_model=claude-unknown')).toThrow(
    expect.objectContaining({ code: 'config/invalid', value: 'claude-unknown' }),
  );
  await made('claude.budget_per_hour=5').stop();
  await made('claude.labeler_model=claude-unknown').stop();
});

it('says at start what is asked of nobody', async () => {
  const mood = 'facets.mood={kind: text, question: "in what mood"}';
  const launch = 'watches.launch={title: Launch, question: "Is it about the launch?"}';
  const offline = made('summarizer=offline', mood, launch);
  expect(offline.note).toBe('answered by nobody offline: facets.mood, watches.launch.question');
  await offline.stop();
  const asking = made(mood, launch);
  expect(asking.note).toBe('');
  await asking.stop();
});
