/** Of kafkajs 2.2.4's inside, what kafka-produce.ts replaces and what its test compares with. */
declare module 'kafkajs/src/protocol/requests/index.js' {
  import type { Message } from 'kafkajs';

  export type ProduceInput = {
    readonly acks: number;
    readonly timeout: number;
    readonly transactionalId?: string | null | undefined;
    readonly producerId?: { toString(): string } | undefined;
    readonly producerEpoch?: number | undefined;
    readonly compression?: number | undefined;
    readonly topicData: readonly {
      readonly topic: string;
      readonly partitions: readonly {
        readonly partition: number;
        readonly firstSequence?: number | undefined;
        readonly messages: readonly Message[];
      }[];
    }[];
  };
  /** What of kafkajs' own encoder is used of a request's body. */
  export type Encoded = { readonly buf: Buffer; readonly buffer: Buffer };
  type Protocol = (input: ProduceInput) => {
    readonly request: { readonly apiVersion: number; encode(): Promise<Encoded> };
    readonly response: object;
  };
  const internals: {
    readonly requests: {
      readonly Produce: { protocol: (options: { version: number }) => Protocol; readonly versions: string[] };
    };
  };
  export default internals;
}
