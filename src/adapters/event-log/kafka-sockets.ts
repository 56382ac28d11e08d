/**
 * The connections of one client. kafkajs opens one again for whoever asks something of a client that is being closed, and forgets it: it would keep the
 * process from ending.
 */
import type { Socket } from 'node:net';
import type { ISocketFactory } from 'kafkajs';
import makeFactory from 'kafkajs/src/network/socketFactory.js';
import { CliowatchError } from '../../domain/errors.ts';

const stopped = (): CliowatchError => new CliowatchError('log-stopped', 'the log has stopped');

export class Sockets {
  readonly #connect: ISocketFactory = makeFactory();
  readonly #open = new Set<Socket>();
  #closed = false;

  get closed(): boolean {
    return this.#closed;
  }

  /** As kafkajs does. Throws once all are closed. */
  readonly open: ISocketFactory = (target) => {
    if (this.#closed) throw stopped();
    const socket = this.#connect(target);
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
    return socket;
  };

  /** For good. */
  close(): void {
    this.#closed = true;
    for (const socket of this.#open) socket.destroy(stopped());
  }
}
