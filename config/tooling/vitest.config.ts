import { defineConfig } from 'vitest/config';

/** Two cores: two files at a time. Files that start brokers, browsers or whole pipelines take long by nature. */
export default defineConfig({
  test: {
    root: '.',
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/shared-kafka.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    execArgv: ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'],
    reporters: ['default'],
  },
});
