import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CliowatchError } from '../../domain/errors.ts';

const KEY_BYTES = 32;
const REMEDY =
  'Make a key with `openssl rand -base64 32` and give it as CLIOWATCH_TOKENS__KEY, or in a file named by tokens.key_file.';

type KeySettings = {
  /** `tokens.key`: base64 of 32 bytes. */
  readonly key: string | null;
  /** `tokens.key_file`: a file that holds it. */
  readonly keyFile: string | null;
  /** Where a key is made when none is given; null: a missing key is an error. */
  readonly generateAt: string | null;
};

/**
 * The key behind all tokens: from the setting, else the file, else generated once and kept. Throws CliowatchError
 * that names the setting and never shows the key.
 */
export function loadKey({ key, keyFile, generateAt }: KeySettings): Uint8Array {
  if (key !== null) return decodeKey(key, 'tokens.key');
  if (keyFile !== null) return readKeyFile(keyFile);
  if (generateAt !== null) return readOrGenerate(generateAt);
  throw new CliowatchError(
    'token-key-missing',
    'tokens.key is not set: every process must share one key, or an account would count twice',
    { remedy: REMEDY },
  );
}

function decodeKey(text: string, setting: string): Uint8Array {
  const trimmed = text.trim();
  const bytes = Buffer.from(trimmed, 'base64');
  // Buffer.from skips what is not base64, so the length alone would let a mistyped key through.
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(trimmed) || bytes.length !== KEY_BYTES) {
    throw new CliowatchError(
      'token-key-malformed',
      `${setting} must be ${KEY_BYTES} bytes in base64, not ${bytes.length} bytes`,
      { remedy: REMEDY },
    );
  }
  return new Uint8Array(bytes);
}

function readKeyFile(path: string): Uint8Array {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new CliowatchError('token-key-unreadable', `tokens.key_file cannot be read: ${path}`, {
      value: path,
      remedy: REMEDY,
      cause,
    });
  }
  return decodeKey(text, `the key in ${path}`);
}

function readOrGenerate(path: string): Uint8Array {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  writeFileSync(draft, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: 0o600, flush: true });
  try {
    // A link appears whole or not at all and never replaces a key that another start has just made.
    linkSync(draft, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(draft);
  }
  return readKeyFile(path);
}
