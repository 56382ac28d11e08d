/** Of kafkajs 2.2.4's inside, what kafka-produce.ts and kafka-fetch.ts replace, what their tests compare with, and how it opens connections. */
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
  export type FetchedMessage = {
    readonly offset: string;
    readonly key: Buffer | null;
    isControlRecord: boolean;
    /** Absent in the format of before transactions. */
    readonly batchContext?: { readonly producerId: string; readonly inTransaction: boolean };
  };
  export type FetchedPartition = {
    readonly messages: readonly FetchedMessage[];
    abortedTransactions?: readonly { readonly producerId: string; readonly firstOffset: string }[];
  };
  type FetchProtocol = (input: object) => {
    readonly request: object;
    readonly response: {
      decode(raw: Buffer): Promise<{
        readonly responses: readonly { readonly partitions: readonly FetchedPartition[] }[];
      }>;
    };
  };
  const internals: {
    readonly requests: {
      readonly Produce: { protocol: (options: { version: number }) => Protocol; readonly versions: string[] };
      readonly Fetch: { protocol: (options: { version: number }) => FetchProtocol };
    };
  };
  export default internals;
}

declare module 'kafkajs/src/network/socketFactory.js' {
  import type { ISocketFactory } from 'kafkajs';

  export default function makeFactory(): ISocketFactory;
}
