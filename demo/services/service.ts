import type { Kafka } from 'kafkajs';
import type pg from 'pg';
import type { FaultState } from '../faults/fault.ts';
import type { ProviderClient } from '../provider/client.ts';
import type { Topology } from '../topology.ts';

/** What every service is built from. */
export type ServiceDeps = {
  kafkaOf: (clientId: string) => Kafka;
  pool: pg.Pool;
  topology: Topology;
  provider: ProviderClient;
  /** Read at each use: it changes while the services run. */
  faults: Readonly<FaultState>;
};

export type Service = {
  start: () => void;
  stop: () => Promise<void>;
  /** Resolves when nothing that began before the call is under way any more. */
  settle: () => Promise<void>;
};
