/**
 * Encodes produce requests in place of kafkajs, which makes a buffer for every record and copies each request ten times, half
 * of what writing to Kafka costs. The bytes are the same, which the test of this file holds against kafkajs' own encoder; the
 * version of kafkajs is therefore fixed in package.json. What our messages do not have (headers, times, compression) is
 * left to kafkajs.
 */
import type { Message } from 'kafkajs';
import internals, { type Encoded, type ProduceInput } from 'kafkajs/src/protocol/requests/index.js';
import { crc32c } from '../../algorithms/crc32c.ts';

const MAGIC = 2;
const TRANSACTIONAL = 16;
/** Of a batch: up to and with the number of its records; and where in it its length, its checksum and what that covers begin. */
const BATCH_HEADER = 61;
const LENGTH_FROM = 12;
const CRC_AT = 17;
const CRC_FROM = 21;

type Batch = {
  readonly partition: number;
  readonly firstSequence: number;
  readonly messages: readonly Message[];
  /** Of each record, what follows its length. */
  readonly bodies: readonly number[];
  readonly bytes: number;
};
type Topic = { readonly topic: string; readonly batches: readonly Batch[] };

/** From now on; once is enough. */
export function encodeProduceRequests(): void {
  const { Produce } = internals.requests;
  const { protocol } = Produce;
  Produce.protocol = (options) => {
    const original = protocol(options);
    return (input) => {
      const { request, response } = original(input);
      if (!isPlain(input)) return { request, response };
      return { request: { ...request, encode: async () => encodeProduce(input) }, response };
    };
  };
}

const isPlain = ({ compression, topicData }: ProduceInput): boolean =>
  (compression ?? 0) === 0 &&
  topicData.every(({ partitions }) =>
    partitions.every(({ messages }) =>
      messages.every(({ headers, timestamp }) => headers === undefined && timestamp === undefined),
    ),
  );

/** The body of a produce request of version 3 to 7, in one buffer of just its size. O(bytes). */
export function encodeProduce(input: ProduceInput, now = Date.now()): Encoded {
  const topics = input.topicData.map(({ topic, partitions }) => ({
    topic,
    batches: partitions.map(({ partition, firstSequence, messages }) =>
      measure(partition, firstSequence ?? 0, messages),
    ),
  }));
  const id = input.transactionalId ?? null;
  const head = 2 + (id === null ? 0 : Buffer.byteLength(id)) + 2 + 4 + 4;
  const buf = Buffer.allocUnsafe(topics.reduce((total, topic) => total + sizeOfTopic(topic), head));
  let at = writeString(buf, 0, id);
  at = buf.writeInt16BE(input.acks, at);
  at = buf.writeInt32BE(input.timeout, at);
  at = buf.writeInt32BE(topics.length, at);
  const producer = BigInt(String(input.producerId ?? -1));
  for (const { topic, batches } of topics) {
    at = writeString(buf, at, topic);
    at = buf.writeInt32BE(batches.length, at);
    for (const batch of batches) {
      at = buf.writeInt32BE(batch.partition, at);
      at = buf.writeInt32BE(batch.bytes, at);
      at = writeBatch(buf, at, batch, {
        producer,
        epoch: input.producerEpoch ?? 0,
        transactional: id !== null,
        now,
      });
    }
  }
  return { buf, buffer: buf };
}

const sizeOfTopic = ({ topic, batches }: Topic): number =>
  batches.reduce((total, { bytes }) => total + 8 + bytes, 2 + Buffer.byteLength(topic) + 4);

function measure(partition: number, firstSequence: number, messages: readonly Message[]): Batch {
  let bytes = BATCH_HEADER;
  const bodies: number[] = [];
  for (const [i, { key, value }] of messages.entries()) {
    // Attributes, difference of times and number of headers are a byte each.
    const body = 3 + sizeOfVarint(i) + sizeOfBytes(key) + sizeOfBytes(value);
    bodies.push(body);
    bytes += sizeOfVarint(body) + body;
  }
  return { partition, firstSequence, messages, bodies, bytes };
}

type Producing = {
  readonly producer: bigint;
  readonly epoch: number;
  readonly transactional: boolean;
  /** ms since 1970, of all records. */
  readonly now: number;
};

/** https://kafka.apache.org/documentation/#recordbatch */
function writeBatch(buf: Buffer, start: number, batch: Batch, by: Producing): number {
  const { messages, bodies, firstSequence, bytes } = batch;
  let at = buf.writeBigInt64BE(0n, start);
  at = buf.writeInt32BE(bytes - LENGTH_FROM, at);
  at = buf.writeInt32BE(0, at);
  at = buf.writeInt8(MAGIC, at);
  at = buf.writeUInt32BE(0, at);
  at = buf.writeInt16BE(by.transactional ? TRANSACTIONAL : 0, at);
  at = buf.writeInt32BE(messages.length - 1, at);
  at = buf.writeBigInt64BE(BigInt(by.now), at);
  at = buf.writeBigInt64BE(BigInt(by.now), at);
  at = buf.writeBigInt64BE(by.producer, at);
  at = buf.writeInt16BE(by.epoch, at);
  at = buf.writeInt32BE(firstSequence, at);
  at = buf.writeInt32BE(messages.length, at);
  for (const [i, { key, value }] of messages.entries()) {
    at = writeVarint(buf, at, bodies[i] ?? 0);
    at = buf.writeInt16BE(0, at);
    at = writeVarint(buf, at, i);
    at = writeBytes(buf, at, key);
    at = writeBytes(buf, at, value);
    at = buf.writeInt8(0, at);
  }
  buf.writeUInt32BE(crc32c(buf, start + CRC_FROM, at), start + CRC_AT);
  return at;
}

function writeString(buf: Buffer, at: number, text: string | null): number {
  if (text === null) return buf.writeInt16BE(-1, at);
  const written = buf.write(text, at + 2);
  buf.writeInt16BE(written, at);
  return at + 2 + written;
}

type Bytes = string | Buffer | null | undefined;

const lengthOf = (value: string | Buffer): number =>
  typeof value === 'string' ? Buffer.byteLength(value) : value.length;

function sizeOfBytes(value: Bytes): number {
  if (value === null || value === undefined) return 1;
  const length = lengthOf(value);
  return sizeOfVarint(length) + length;
}

function writeBytes(buf: Buffer, start: number, value: Bytes): number {
  if (value === null || value === undefined) return writeVarint(buf, start, -1);
  const at = writeVarint(buf, start, lengthOf(value));
  return at + (typeof value === 'string' ? buf.write(value, at) : value.copy(buf, at));
}

/** Zigzag, then seven bits a byte, lowest first. */
function sizeOfVarint(value: number): number {
  let size = 1;
  for (let rest = zigzag(value); rest > 127; rest >>>= 7) size++;
  return size;
}

function writeVarint(buf: Buffer, start: number, value: number): number {
  let at = start;
  let rest = zigzag(value);
  for (; rest > 127; rest >>>= 7) buf[at++] = (rest & 127) | 128;
  buf[at++] = rest;
  return at;
}

const zigzag = (value: number): number => ((value << 1) ^ (value >> 31)) >>> 0;
