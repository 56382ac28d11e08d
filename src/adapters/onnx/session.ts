import { InferenceSession, type Tensor } from 'onnxruntime-node';

type Run = (inputs: Readonly<Record<string, Tensor>>) => Promise<InferenceSession.OnnxValueMapType>;
export type Session = { readonly run: Run };

/**
 * Opens a model for one thread's use. Its own threads are off: parallel work is parallel sessions, each in a worker.
 * `native` is called around whatever runs native code.
 */
export async function openSession(
  model: Uint8Array | string,
  native: <T>(work: () => Promise<T>) => Promise<T>,
): Promise<Session> {
  const options: InferenceSession.SessionOptions = {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    // Threads that spin while they wait would take cores from the rest of the program.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
  const session = await native(() =>
    typeof model === 'string'
      ? InferenceSession.create(model, options)
      : InferenceSession.create(model, options),
  );
  return { run: (inputs) => native(() => session.run(inputs)) };
}
