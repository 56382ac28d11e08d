import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createManualClock } from '../../src/adapters/clock/manual.ts';
import { createLogger } from '../../src/adapters/telemetry/logger.ts';
import { createTelemetry } from '../../src/adapters/telemetry/telemetry.ts';
import { makeEmbedder } from '../../src/app/adapters.ts';
import { loadConfig } from '../../src/app/load-config.ts';
import { dataFolder } from '../support/program.ts';
import { writeWordModel } from '../support/word-model.ts';

const data = dataFolder();
afterAll(() => data.remove());

it('a hub model is kept in the data folder, and found there without the hub', {
  timeout: 60_000,
}, async () => {
  const own = join(data.path, 'own');
  await writeWordModel(join(own, 'models', 'somebody', 'words'));
  const flags = [`data=${own}`, 'embedder.adapter=transformers', 'embedder.model=somebody/words'];
  const clock = createManualClock(0);
  const telemetry = createTelemetry(createLogger({ level: 'silent', format: 'json' }), clock.now);
  const embedder = await makeEmbedder(loadConfig({ environment: {}, flags }), clock, telemetry);
  expect(embedder.id).toBe('somebody/words:384');
  await embedder.stop();
});
