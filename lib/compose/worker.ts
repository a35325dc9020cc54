import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import path from 'node:path';
import { type AuditKey, readAuditKey } from '#lib/auth/audit-key.ts';
import { readBackWith } from '#lib/broker/kafkajs/read-back.ts';
import { createPayloadReader, type PayloadReader } from '#lib/broker/payload/payload-reader.ts';
import { connectCluster } from '#lib/broker/platformatic/connect.ts';
import { createReplayWriter } from '#lib/broker/platformatic/writer.ts';
import { createLineWriter } from '#lib/broker/platformatic/writer-lines.ts';
import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import type { LineWriter } from '#lib/broker/port/line-writer.ts';
import type { Config } from '#lib/config/config.ts';
import { type Environment, readEnvironment, type Variables } from '#lib/config/environment.ts';
import { loadConfig } from '#lib/config/load.ts';
import { isFailureHeader } from '#lib/domain/dead-letters/failure-headers.ts';
import { createProbes } from '#lib/probes/create-probes.ts';
import { createSchemaRegistries } from '#lib/registry/client.ts';
import type { SchemaRegistry } from '#lib/registry/port.ts';
import { type Database, openDatabase } from '#lib/store/database.ts';
import { createDatabaseClock } from '#lib/store/database-clock.ts';
import { batchTerms, type ExecutionDeps, type ExecutionTimings } from '#lib/usecases/execute/deps.ts';
import type { KillPoint } from '#lib/usecases/execute/kill-point.ts';
import { readTarget } from '#lib/usecases/execute/read-target.ts';
import { type PassingTime, processTime } from './process-time.ts';

/** What a worker process has. Only here the writer meets the rest. */
export type WorkerRuntime = PassingTime & {
  environment: Environment;
  config: Config;
  database: Database;
  clusters: ReadonlyMap<string, ClusterConnection>;
  /** Of the clusters that may be written to, as the principal that writes: asked what it may do, and Sluice's own topics are made by it. */
  writing: ReadonlyMap<string, ClusterConnection>;
  /** Of the clusters that declare one. */
  registries: ReadonlyMap<string, SchemaRegistry>;
  /** Starts a process that decodes payloads when it is first asked; whoever opens it closes it. */
  openPayloads: () => PayloadReader;
  /** The database's time: all workers decide by the same. */
  clock: () => Date;
  /** Keeps it, until the signal. @param known called once it is right */
  keepClock: (signal: AbortSignal, known: () => void) => Promise<void>;
  workerId: string;
  timings: ExecutionTimings;
  execution: ExecutionDeps;
  /** For the heads of the audit log; the key is opened anew each time, so that one that was put right is found. */
  audit: { key: () => Promise<AuditKey>; anchorFile: string | null; topicWriter: LineWriter | null };
  log: (message: string) => void;
  close: () => Promise<void>;
};

const positive = (text: string | undefined, otherwise: number): number => {
  const value = Number(text);
  return Number.isFinite(value) && value > 0 ? value : otherwise;
};

export async function composeWorker(
  env: Variables,
  hooks: { reach: (point: KillPoint) => void },
): Promise<WorkerRuntime> {
  const environment = readEnvironment(env);
  if (!environment.appDatabaseUrl)
    throw new Error('SLUICE_APP_DATABASE_URL is not set: start Sluice by `npm start`.');
  const config = await loadConfig(environment, env);
  const database = openDatabase(environment.appDatabaseUrl, { maxConnections: 10 });
  const clusters = new Map(config.clusters.map((cluster) => [cluster.name, connectCluster(cluster)]));
  const writable = config.clusters.filter((cluster) => !cluster.readOnly);
  const writing = new Map(
    writable.map((cluster) => [
      cluster.name,
      connectCluster({ ...cluster, properties: cluster.writeProperties }),
    ]),
  );
  const log = (message: string) => console.log(`${new Date().toISOString()} worker: ${message}`);
  const { now: clock, keep: keepClock } = createDatabaseClock(database, log);
  const timings: ExecutionTimings = {
    leaseMs: positive(env.SLUICE_LEASE_MS, 10_000),
    transactionTimeoutMs: 30_000,
    callTimeoutMs: 10_000,
    observeMs: 1000,
    judgedWithinMs: 10_000,
  };
  const { privateKeyFile, anchorFile, anchorTopic } = config.audit;
  const anchorCluster = writable.find(({ name }) => name === anchorTopic?.cluster);
  const topicWriter = anchorCluster ? createLineWriter(anchorCluster) : null;
  return {
    environment,
    config,
    database,
    clusters,
    writing,
    registries: createSchemaRegistries(config.clusters),
    openPayloads: () => createPayloadReader(config.clusters, { log }),
    audit: {
      key: () => readAuditKey(privateKeyFile ?? path.join(environment.home, 'audit.key')),
      anchorFile: anchorFile === 'none' ? null : (anchorFile ?? path.join(environment.home, 'audit.anchor')),
      topicWriter,
    },
    clock,
    keepClock,
    workerId: `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`,
    timings,
    log,
    ...processTime,
    execution: {
      database,
      clusters,
      writing,
      writers: new Map(writable.map((cluster) => [cluster.name, createReplayWriter(cluster)])),
      readBacks: new Map(config.clusters.map((cluster) => [cluster.name, readBackWith(cluster)])),
      policyHash: () => config.policyHash,
      flows: config.flows,
      defaultPolicy: config.defaultPolicy,
      probes: createProbes(config.probes),
      readTarget: (cluster, groups, topic) => readTarget(database.stores, clock(), cluster, groups, topic),
      isFailureHeader,
      clock,
      sleep: processTime.sleep,
      newId: randomUUID,
      timings,
      batches: batchTerms,
      reach: hooks.reach,
      log,
    },
    close: async () => {
      await topicWriter?.close();
      await Promise.all([...clusters.values(), ...writing.values()].map((cluster) => cluster.close()));
      await database.close();
    },
  };
}
