/** The settings of one broker of `all`: both broker and controller, quick to start, quick to rebalance. */
import { join } from 'node:path';
import type { Certificates } from './certificates.ts';

export type Ports = { readonly plain: number; readonly secure: number; readonly controller: number };

export function brokerProperties(
  i: number,
  all: readonly Ports[],
  folder: string,
  certificates: Certificates,
  login: { username: string; password: string },
): string {
  const own = all[i];
  if (own === undefined) throw new Error(`no broker ${i}`);
  const replicas = Math.min(3, all.length);
  const plainLogin = `org.apache.kafka.common.security.plain.PlainLoginModule required user_${login.username}="${login.password}";`;
  const scramLogin = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
  const settings: Record<string, string | number> = {
    'process.roles': 'broker,controller',
    'node.id': i + 1,
    'controller.quorum.voters': all.map(({ controller }, j) => `${j + 1}@localhost:${controller}`).join(','),
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAIN://localhost:${own.plain},SECURE://localhost:${own.secure},CONTROLLER://localhost:${own.controller}`,
    'listener.security.protocol.map': 'PLAIN:PLAINTEXT,SECURE:SASL_SSL,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'PLAIN',
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    'listener.name.secure.plain.sasl.jaas.config': plainLogin,
    'listener.name.secure.scram-sha-256.sasl.jaas.config': scramLogin,
    'listener.name.secure.scram-sha-512.sasl.jaas.config': scramLogin,
    'listener.name.secure.ssl.keystore.type': 'PEM',
    'listener.name.secure.ssl.keystore.location': certificates.keystore,
    'log.dirs': join(folder, 'data'),
    'auto.create.topics.enable': 'false',
    'num.partitions': 1,
    'default.replication.factor': replicas,
    'min.insync.replicas': Math.min(2, replicas),
    'offsets.topic.num.partitions': 4,
    'offsets.topic.replication.factor': replicas,
    'transaction.state.log.num.partitions': 4,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': Math.min(2, replicas),
    'group.initial.rebalance.delay.ms': 0,
    // A dead broker's partitions move in seconds.
    'broker.session.timeout.ms': 3_000,
    'broker.heartbeat.interval.ms': 500,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'log.cleaner.dedupe.buffer.size': 8 << 20,
    'controlled.shutdown.enable': 'false',
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
