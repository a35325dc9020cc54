import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import type { Config } from '#lib/config/config.ts';
import type { Database } from '#lib/store/database.ts';
import type { IndexKillPoint } from './kill-point.ts';

export type IndexerDeps = {
  cluster: Pick<ClusterConnection, 'name' | 'admin' | 'groups' | 'reader'>;
  database: Database;
  config: Pick<Config, 'flows' | 'deadLetters'>;
  clock: () => Date;
  log: (message: string) => void;
  /** Called at named moments; the fault test ends the process there. */
  reach?: (point: IndexKillPoint) => void;
  timings?: Partial<IndexerTimings>;
};

export type IndexerTimings = {
  /** Between two looks at topics that have been read to their end. */
  pollMs: number;
  /** Between two looks for new, recreated and deleted topics. */
  discoverMs: number;
  /** Between two looks whether what pointers point at is still there. */
  pointersMs: number;
};

export const defaultTimings: IndexerTimings = { pollMs: 1000, discoverMs: 5000, pointersMs: 30_000 };
