/** BERT of six layers with mean pooling, as an int8 graph for one text a run. Reimers and Gurevych 2019; Wang et al. 2020. */
import type { Constant, Graph, Step } from '../onnx/graph.ts';
import type { Weight } from './minilm-package.ts';
import { MAX_TOKENS } from './minilm-tokenizer.ts';

export const DIMENSION = 384;
/** Counts up with every change of the graph, so that a kept file of another form is not taken for this one. */
export const GRAPH_VERSION = 1;

const LAYERS = 6;
const HEADS = 12;
const EPSILON = 1e-12;
const BERT = 'StatefulPartitionedCall/model/tf_bert_model/bert';
/** Weights have 7 bits: CPUs without VNNI add two products in 16 bits, which 8-bit weights overflow. */
const LEVELS = 63;

type Builder = {
  readonly steps: Step[];
  readonly constants: Constant[];
  readonly weight: (name: string) => Weight;
};

/** The graph `ids` [1, tokens] → `vector` [1, 384], of length 1. No padding, so no mask. O(weights). */
export function buildMiniLmGraph(weight: (name: string) => Weight): Graph {
  const builder: Builder = { steps: [], constants: [], weight };
  let x = embeddings(builder);
  for (let layer = 0; layer < LAYERS; layer++) x = transformerLayer(builder, layer, x);
  builder.steps.push(
    {
      op: 'ReduceMean',
      inputs: [x],
      outputs: ['pooled'],
      attributes: { axes: { ints: [1] }, keepdims: { int: 0 } },
    },
    {
      op: 'LpNormalization',
      inputs: ['pooled'],
      outputs: ['vector'],
      attributes: { axis: { int: -1 }, p: { int: 2 } },
    },
  );
  return {
    name: 'all-MiniLM-L6-v2',
    inputs: [{ name: 'ids', type: 'int32', shape: [1, 'tokens'] }],
    outputs: [{ name: 'vector', type: 'float', shape: [1, DIMENSION] }],
    constants: builder.constants,
    steps: builder.steps,
  };
}

/** Word + position + type, normalised. Words stay bytes (12 MB, not 47); their `min` and the type go with the positions. */
function embeddings({ steps, constants, weight }: Builder): string {
  const words = weight('unknown');
  const positions = floats(weight('unknown_0')).subarray(0, MAX_TOKENS * DIMENSION);
  const type = floats(weight('unknown_1'));
  const offsets = positions.map((value, i) => value + (type[i % DIMENSION] ?? 0) + words.min);
  constants.push(
    { name: 'words', type: 'uint8', shape: words.shape, data: words.bytes },
    { name: 'word_scale', type: 'float', shape: [], data: Float32Array.of(words.scale) },
    { name: 'positions', type: 'float', shape: [MAX_TOKENS, DIMENSION], data: offsets },
    { name: 'first', type: 'int64', shape: [1], data: BigInt64Array.of(0n) },
    { name: 'second', type: 'int64', shape: [1], data: BigInt64Array.of(1n) },
  );
  steps.push(
    { op: 'Gather', inputs: ['words', 'ids'], outputs: ['word_bytes'] },
    { op: 'Cast', inputs: ['word_bytes'], outputs: ['word_levels'], attributes: { to: { int: 1 } } },
    { op: 'Mul', inputs: ['word_levels', 'word_scale'], outputs: ['word_values'] },
    { op: 'Shape', inputs: ['ids'], outputs: ['tokens'], attributes: { start: { int: 1 } } },
    { op: 'Slice', inputs: ['positions', 'first', 'tokens', 'first'], outputs: ['position_values'] },
    { op: 'Add', inputs: ['word_values', 'position_values'], outputs: ['embedded'] },
  );
  const [gain, shift] = norm({ steps, constants, weight }, 'embeddings_norm', `${BERT}/embeddings`);
  steps.push({
    op: 'LayerNormalization',
    inputs: ['embedded', gain, shift],
    outputs: ['x0'],
    attributes: { axis: { int: -1 }, epsilon: { float: EPSILON } },
  });
  return 'x0';
}

function transformerLayer(builder: Builder, layer: number, x: string): string {
  const { steps } = builder;
  const at = `${BERT}/encoder/layer_._${layer}`;
  const name = (part: string) => `layer${layer}_${part}`;
  const attended = attention(builder, name, at, x);
  const projected = dense(builder, name('projected'), `${at}/attention/output/dense`, attended);
  const middle = addAndNormalise(builder, name('middle'), `${at}/attention/output`, x, projected);
  const wide = dense(builder, name('wide'), `${at}/intermediate/dense`, middle);
  const wideBias = vector(builder, name('wide_bias'), `${at}/intermediate/dense/BiasAdd/ReadVariableOp`);
  steps.push({
    op: 'BiasGelu',
    domain: 'com.microsoft',
    inputs: [wide, wideBias],
    outputs: [name('active')],
  });
  const narrow = dense(builder, name('narrow'), `${at}/output/dense`, name('active'));
  return addAndNormalise(builder, name('out'), `${at}/output`, middle, narrow);
}

/** All heads in one operator; query, key and value lie side by side in one matrix. */
function attention(builder: Builder, name: (part: string) => string, at: string, x: string): string {
  const { steps, constants, weight } = builder;
  const parts = ['query', 'key', 'value'].map((part) => `${at}/attention/self/${part}`);
  const matrix = sideBySide(parts.map((part) => floats(weight(`${part}/Tensordot/ReadVariableOp`))));
  const bias = Float32Array.from(
    parts.flatMap((part) => [...floats(weight(`${part}/BiasAdd/ReadVariableOp`))]),
  );
  const [values, scale, zero] = quantized(constants, name('qkv'), matrix, 3 * DIMENSION);
  constants.push({ name: name('qkv_bias'), type: 'float', shape: [3 * DIMENSION], data: bias });
  const input = [name('levels'), name('scale'), name('zero')] as const;
  steps.push(
    { op: 'DynamicQuantizeLinear', inputs: [x], outputs: input },
    {
      op: 'QAttention',
      domain: 'com.microsoft',
      inputs: [input[0], values, name('qkv_bias'), input[1], scale, '', input[2], zero],
      outputs: [name('attended')],
      attributes: { num_heads: { int: HEADS } },
    },
  );
  return name('attended');
}

/** Matrix product without the bias, which the next operator adds. */
function dense({ steps, constants, weight }: Builder, name: string, at: string, x: string): string {
  const matrix = weight(`${at}/Tensordot/ReadVariableOp`);
  const [values, scale, zero] = quantized(constants, name, floats(matrix), matrix.shape[1] ?? 0);
  steps.push({
    op: 'DynamicQuantizeMatMul',
    domain: 'com.microsoft',
    inputs: [x, values, scale, zero],
    outputs: [name],
  });
  return name;
}

function addAndNormalise(builder: Builder, name: string, at: string, x: string, change: string): string {
  const [gain, shift] = norm(builder, `${name}_norm`, at);
  const bias = vector(builder, `${name}_bias`, `${at}/dense/BiasAdd/ReadVariableOp`);
  builder.steps.push({
    op: 'SkipLayerNormalization',
    domain: 'com.microsoft',
    inputs: [x, change, gain, shift, bias],
    outputs: [name],
    attributes: { epsilon: { float: EPSILON } },
  });
  return name;
}

function norm(builder: Builder, name: string, at: string): [gain: string, shift: string] {
  return [
    vector(builder, `${name}_gain`, `${at}/LayerNorm/batchnorm/mul/ReadVariableOp`),
    vector(builder, `${name}_shift`, `${at}/LayerNorm/batchnorm/ReadVariableOp`),
  ];
}

function vector({ constants, weight }: Builder, name: string, source: string): string {
  const { shape } = weight(source);
  constants.push({ name, type: 'float', shape, data: floats(weight(source)) });
  return name;
}

/** Signed bytes with a scale for each column; answers with the names of values, scales and zero points. */
function quantized(
  constants: Constant[],
  name: string,
  matrix: Float32Array,
  columns: number,
): [values: string, scale: string, zero: string] {
  const scales = new Float32Array(columns).fill(1e-9);
  for (let i = 0; i < matrix.length; i++) {
    scales[i % columns] = Math.max(scales[i % columns] ?? 0, Math.abs(matrix[i] ?? 0) / LEVELS);
  }
  const bytes = new Int8Array(matrix.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Math.round((matrix[i] ?? 0) / (scales[i % columns] ?? 1));
  constants.push(
    { name: `${name}_values`, type: 'int8', shape: [matrix.length / columns, columns], data: bytes },
    { name: `${name}_scales`, type: 'float', shape: [columns], data: scales },
    { name: `${name}_zeros`, type: 'int8', shape: [columns], data: new Int8Array(columns) },
  );
  return [`${name}_values`, `${name}_scales`, `${name}_zeros`];
}

function sideBySide(matrices: readonly Float32Array[]): Float32Array {
  const columns = matrices.length * DIMENSION;
  const out = new Float32Array(DIMENSION * columns);
  matrices.forEach((matrix, m) => {
    for (let r = 0; r < DIMENSION; r++) {
      out.set(matrix.subarray(r * DIMENSION, (r + 1) * DIMENSION), r * columns + m * DIMENSION);
    }
  });
  return out;
}

function floats({ bytes, scale, min }: Weight): Float32Array {
  const out = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) out[i] = (bytes[i] ?? 0) * scale + min;
  return out;
}
