import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { encodeGraph, type Graph } from '../../../src/adapters/onnx/graph.ts';
import { openSession } from '../../../src/adapters/onnx/session.ts';

const open = (graph: Graph) => openSession(encodeGraph(graph), (work) => work());

describe('encodeGraph', () => {
  it('writes a model that onnxruntime runs, with constants, attributes and sizes known at run time', async () => {
    const session = await open({
      name: 'scaled-sums',
      inputs: [{ name: 'x', type: 'float', shape: ['rows', 3] }],
      outputs: [{ name: 'sums', type: 'float', shape: ['rows'] }],
      constants: [
        { name: 'factor', type: 'float', shape: [3], data: Float32Array.of(1, 10, 100) },
        { name: 'axis', type: 'int64', shape: [1], data: BigInt64Array.of(1n) },
      ],
      steps: [
        { op: 'Mul', inputs: ['x', 'factor'], outputs: ['scaled'] },
        {
          op: 'LeakyRelu',
          inputs: ['scaled'],
          outputs: ['kept'],
          attributes: { alpha: { float: 0.5 } },
        },
        {
          op: 'ReduceSum',
          inputs: ['kept', 'axis'],
          outputs: ['sums'],
          attributes: { keepdims: { int: 0 } },
        },
      ],
    });
    const { sums } = await session.run({ x: new Tensor('float32', [1, 2, 3, -2, 0, 0], [2, 3]) });
    expect([...(sums?.data ?? [])]).toEqual([321, -1]);
  });

  it("knows onnxruntime's own operators and optional inputs", async () => {
    const session = await open({
      name: 'clipped',
      inputs: [{ name: 'x', type: 'float', shape: ['n'] }],
      outputs: [{ name: 'y', type: 'float', shape: ['n'] }],
      constants: [{ name: 'top', type: 'float', shape: [], data: Float32Array.of(2) }],
      steps: [
        { op: 'Clip', inputs: ['x', '', 'top'], outputs: ['low'] },
        {
          op: 'QuickGelu',
          domain: 'com.microsoft',
          inputs: ['low'],
          outputs: ['y'],
          attributes: { alpha: { float: 0 } },
        },
      ],
    });
    const { y } = await session.run({ x: new Tensor('float32', [1, 5, -8], [3]) });
    expect([...(y?.data ?? [])]).toEqual([0.5, 1, -4]);
  });
});
