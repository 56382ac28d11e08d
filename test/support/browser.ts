/** A real Chromium, with what goes wrong in its pages kept. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const SWITCHES = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export type WatchedPage = {
  readonly page: Page;
  /** Errors that the page wrote to its console or threw, and refusals of its security policy. */
  readonly errors: string[];
  /** Requests without an answer, or with one of 400 or more. */
  readonly failedRequests: string[];
};

export type Browser = {
  open(options?: { width?: number; height?: number; light?: boolean }): Promise<WatchedPage>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Starts it with a profile of its own, which goes when it is disposed of. */
export async function startBrowser(): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'cliowatch-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    headless: true,
    args: SWITCHES,
  });
  return {
    async open({ width = 1_440, height = 900, light = false } = {}) {
      const page = await context.newPage();
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: light ? 'light' : 'dark' });
      return watch(page);
    },
    async [Symbol.asyncDispose]() {
      await context.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function watch(page: Page): WatchedPage {
  const errors: string[] = [];
  const failedRequests: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('requestfailed', (request) =>
    failedRequests.push(`${request.url()} ${request.failure()?.errorText ?? ''}`),
  );
  page.on('response', (response) => {
    if (response.status() >= 400) failedRequests.push(`${response.url()} ${response.status()}`);
  });
  return { page, errors, failedRequests };
}
