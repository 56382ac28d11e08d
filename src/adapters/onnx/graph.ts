/** Writes small ONNX models. Field numbers and names are those of the ONNX format (onnx.proto3, IR version 8). */
import protobuf from 'protobufjs';

/** Element types of tensors, by ONNX's numbers. */
const ELEMENT = { float: 1, uint8: 2, int8: 3, int32: 6, int64: 7 } as const;
type ElementType = keyof typeof ELEMENT;

/** A constant tensor, row-major. `data` must match `type` and `shape`. */
export type Constant = {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly data: Float32Array | Uint8Array | Int8Array | Int32Array | BigInt64Array;
};

type Attribute = { readonly int: number } | { readonly float: number } | { readonly ints: readonly number[] };

/** One operator. An input named '' is an optional one left out. */
export type Step = {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** `com.microsoft` for onnxruntime's own operators. */
  readonly domain?: 'com.microsoft';
};

/** An input or output of the whole graph; a name in `shape` stands for a size that is known at run time. */
type Edge = {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly (number | string)[];
};

export type Graph = {
  readonly name: string;
  readonly inputs: readonly Edge[];
  readonly outputs: readonly Edge[];
  readonly constants: readonly Constant[];
  /** In an order in which every input is there before it is used. */
  readonly steps: readonly Step[];
};

const field = (id: number, type: string) => ({ id, type });
const list = (id: number, type: string) => ({ id, type, rule: 'repeated' });

const schema = protobuf.Root.fromJSON({
  nested: {
    Attribute: {
      fields: {
        name: field(1, 'string'),
        f: field(2, 'float'),
        i: field(3, 'int64'),
        ints: list(8, 'int64'),
        type: field(20, 'int32'),
      },
    },
    Node: {
      fields: {
        input: list(1, 'string'),
        output: list(2, 'string'),
        name: field(3, 'string'),
        opType: field(4, 'string'),
        attribute: list(5, 'Attribute'),
        domain: field(7, 'string'),
      },
    },
    Tensor: {
      fields: {
        dims: list(1, 'int64'),
        dataType: field(2, 'int32'),
        name: field(8, 'string'),
        rawData: field(9, 'bytes'),
      },
    },
    Dimension: { fields: { dimValue: field(1, 'int64'), dimParam: field(2, 'string') } },
    Shape: { fields: { dim: list(1, 'Dimension') } },
    TensorType: { fields: { elemType: field(1, 'int32'), shape: field(2, 'Shape') } },
    Type: { fields: { tensorType: field(1, 'TensorType') } },
    Value: { fields: { name: field(1, 'string'), type: field(2, 'Type') } },
    Graph: {
      fields: {
        node: list(1, 'Node'),
        name: field(2, 'string'),
        initializer: list(5, 'Tensor'),
        input: list(11, 'Value'),
        output: list(12, 'Value'),
      },
    },
    OperatorSet: { fields: { domain: field(1, 'string'), version: field(2, 'int64') } },
    Model: {
      fields: {
        irVersion: field(1, 'int64'),
        producerName: field(2, 'string'),
        graph: field(7, 'Graph'),
        opsetImport: list(8, 'OperatorSet'),
      },
    },
  },
});
const Model = schema.lookupType('Model');

const IR_VERSION = 8;
const OPERATORS = [
  { domain: '', version: 17 },
  { domain: 'com.microsoft', version: 1 },
];

/** The bytes of an `.onnx` file. O(bytes of the constants). */
export function encodeGraph(graph: Graph): Uint8Array {
  const message = Model.create({
    irVersion: IR_VERSION,
    producerName: 'cliowatch',
    opsetImport: OPERATORS,
    graph: {
      name: graph.name,
      node: graph.steps.map(toNode),
      initializer: graph.constants.map(toTensor),
      input: graph.inputs.map(toValue),
      output: graph.outputs.map(toValue),
    },
  });
  return Model.encode(message).finish();
}

function toNode(step: Step) {
  return {
    input: step.inputs,
    output: step.outputs,
    name: `${step.op}:${step.outputs[0]}`,
    opType: step.op,
    domain: step.domain ?? '',
    attribute: Object.entries(step.attributes ?? {}).map(([name, value]) => toAttribute(name, value)),
  };
}

/** The numbers of `type` are ONNX's: 1 a float, 2 an integer, 7 integers. */
function toAttribute(name: string, value: Attribute) {
  if ('float' in value) return { name, f: value.float, type: 1 };
  if ('int' in value) return { name, i: value.int, type: 2 };
  return { name, ints: value.ints, type: 7 };
}

function toTensor({ name, type, shape, data }: Constant) {
  const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { name, dataType: ELEMENT[type], dims: shape, rawData };
}

function toValue({ name, type, shape }: Edge) {
  const dim = shape.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: ELEMENT[type], shape: { dim } } } };
}
