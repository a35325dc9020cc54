import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { waitForLine } from './log-file.ts';
import type { EmbeddedPorts } from './ports.ts';
import { runCommand } from './run-command.ts';
import type { ServiceSpec } from './supervisor.ts';

export type KafkaPlace = { jars: string; folder: string };
const propertiesOf = (place: KafkaPlace) => path.join(place.folder, 'server.properties');
const dataOf = (place: KafkaPlace) => path.join(place.folder, 'data');

/** One broker that is its own controller. Share groups need no switch: Kafka 4.4 has them on with its own metadata version. */
export function kafkaProperties(at: { kafka: number; kafkaController: number; data: string }): string {
  return `${[
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@127.0.0.1:${at.kafkaController}`,
    `listeners=PLAINTEXT://127.0.0.1:${at.kafka},CONTROLLER://127.0.0.1:${at.kafkaController}`,
    `advertised.listeners=PLAINTEXT://127.0.0.1:${at.kafka}`,
    'listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'controller.listener.names=CONTROLLER',
    'inter.broker.listener.name=PLAINTEXT',
    `log.dirs=${at.data}`,
    'auto.create.topics.enable=false',
    'offsets.topic.replication.factor=1',
    'offsets.topic.num.partitions=8',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'transaction.state.log.num.partitions=4',
    'share.coordinator.state.topic.replication.factor=1',
    'share.coordinator.state.topic.min.isr=1',
    'share.coordinator.state.topic.num.partitions=4',
    'group.initial.rebalance.delay.ms=0',
  ].join('\n')}\n`;
}

/** A cluster id as Kafka makes them: 16 random bytes in URL-safe base64, with no dash in front. */
export function newClusterId(random: () => Buffer = () => randomBytes(16)): string {
  const id = random().toString('base64url');
  return id.startsWith('-') ? newClusterId(random) : id;
}

/** Writes the properties; formats the log folder on first use (one that was left half-made, anew). */
export async function prepareKafka(
  place: KafkaPlace,
  ports: EmbeddedPorts,
  signal: AbortSignal,
): Promise<boolean> {
  const complete = path.join(place.folder, '.sluice-complete');
  mkdirSync(place.folder, { recursive: true, mode: 0o700 });
  writeFileSync(propertiesOf(place), kafkaProperties({ ...ports, data: dataOf(place) }));
  if (existsSync(complete)) return false;
  rmSync(dataOf(place), { recursive: true, force: true });
  await runCommand({
    what: "Formatting Kafka's data folder",
    file: 'java',
    args: [
      ...['-XX:TieredStopAtLevel=1', '-cp', path.join(place.jars, '*'), 'kafka.tools.StorageTool'],
      ...['format', '-t', newClusterId(), '-c', propertiesOf(place)],
    ],
    signal,
  });
  writeFileSync(complete, '');
  return true;
}

const logging = [
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
  '-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info',
  '-Dorg.slf4j.simpleLogger.log.org.apache.kafka.common.config=error',
  '-Dorg.slf4j.simpleLogger.showDateTime=true',
  "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
  '-Dorg.slf4j.simpleLogger.showThreadName=false',
];

export function kafkaService(place: KafkaPlace, logFile: string): ServiceSpec {
  return {
    name: 'kafka',
    title: 'Kafka',
    logFile,
    spawn: (logFd) =>
      spawn(
        'java',
        [
          ...['-Xmx768m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:+ExitOnOutOfMemoryError'],
          ...['-Djava.awt.headless=true', ...logging],
          ...['-cp', path.join(place.jars, '*'), 'kafka.Kafka', propertiesOf(place)],
        ],
        { cwd: place.folder, detached: true, stdio: ['ignore', logFd, logFd] },
      ),
    ready: ({ logFrom, signal }) =>
      waitForLine(logFile, logFrom, /Kafka Server started/, { timeoutMs: 120_000, signal }),
    stopSignal: 'SIGTERM',
    graceMs: 30_000,
  };
}
