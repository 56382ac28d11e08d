import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPrompt } from '../../../src/adapters/anthropic/prompts.ts';

describe('the prompts that come with cliowatch', () => {
  it.each(['facets', 'label', 'audit', 'propose', 'deduplicate', 'assign', 'nest'] as const)(
    '%s has a version, a hash, and says that data is data',
    (name) => {
      const prompt = loadPrompt(name);
      expect(prompt.version).toBeGreaterThanOrEqual(1);
      expect(prompt.hash).toMatch(/^[0-9a-f]{12}$/);
      expect(prompt.text).toMatch(/data/i);
      expect(prompt.text).not.toContain('version:');
    },
  );
});

describe('loadPrompt', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cliowatch-prompts-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('gives another hash to another text, and the same to other line ends', async () => {
    const hashOf = async (text: string) => {
      await writeFile(join(folder, 'label.md'), text);
      return loadPrompt('label', folder).hash;
    };
    const hash = await hashOf('---\nversion: 2\n---\nName it.\n');
    expect(await hashOf('---\r\nversion: 2\r\n---\r\nName it.\r\n')).toBe(hash);
    expect(await hashOf('---\nversion: 2\n---\nName it well.\n')).not.toBe(hash);
  });

  it('refuses a file without a version', async () => {
    await writeFile(join(folder, 'audit.md'), 'Check it.\n');
    expect(() => loadPrompt('audit', folder)).toThrow(expect.objectContaining({ code: 'prompt/no-version' }));
  });

  it('names a file that is not there', () => {
    expect(() => loadPrompt('nest', folder)).toThrow(
      expect.objectContaining({ code: 'prompt/unreadable', value: join(folder, 'nest.md') }),
    );
  });
});
