import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadKey } from '../../../src/adapters/id-tokens/key.ts';
import { CliowatchError } from '../../../src/domain/errors.ts';

const base64 = Buffer.alloc(32, 5).toString('base64');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cliowatch-key-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function refusal(settings: Parameters<typeof loadKey>[0]): CliowatchError {
  try {
    loadKey(settings);
  } catch (error) {
    if (error instanceof CliowatchError) return error;
  }
  throw new Error('the key was taken');
}

describe('loading the token key', () => {
  it('takes 32 bytes in base64 from the setting, before the file', () => {
    expect(loadKey({ key: ` ${base64}\n`, keyFile: '/nowhere', generateAt: null })).toEqual(
      new Uint8Array(32).fill(5),
    );
  });

  it('reads it from a file', () => {
    const path = join(folder, 'given');
    writeFileSync(path, `${base64}\n`);
    expect(loadKey({ key: null, keyFile: path, generateAt: null })).toEqual(new Uint8Array(32).fill(5));
  });

  it('names the setting and the command when there is no key and none may be made', () => {
    const error = refusal({ key: null, keyFile: null, generateAt: null });
    expect(error.code).toBe('token-key-missing');
    expect(error.message).toContain('tokens.key');
    expect(error.remedy).toContain('openssl rand -base64 32');
  });

  it('refuses a key of the wrong length or letters without showing it', () => {
    for (const key of [Buffer.alloc(31, 5).toString('base64'), `${base64.slice(0, -2)}!=`, '']) {
      const error = refusal({ key, keyFile: null, generateAt: null });
      expect(error.code).toBe('token-key-malformed');
      expect(error.message).toContain('tokens.key must be 32 bytes');
      expect(error.value).toBeUndefined();
      if (key !== '') expect(`${error.message} ${error.remedy}`).not.toContain(key);
    }
  });

  it('names the file that cannot be read', () => {
    const path = join(folder, 'missing');
    const error = refusal({ key: null, keyFile: path, generateAt: join(folder, 'never') });
    expect(error.message).toContain('tokens.key_file');
    expect(error.value).toBe(path);
  });

  it('makes a key once, readable by its owner only, and finds it again', () => {
    const path = join(folder, 'new', 'token.key');
    const settings = { key: null, keyFile: null, generateAt: path };
    const made = loadKey(settings);
    expect(made).toHaveLength(32);
    expect(loadKey(settings)).toEqual(made);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'new'))).toEqual(['token.key']);
    expect(readFileSync(path, 'utf8').trim()).toBe(Buffer.from(made).toString('base64'));
  });
});
