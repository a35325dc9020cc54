import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import type { Config } from '#lib/config/config.ts';
import type { Database } from '#lib/store/database.ts';

export type ClockDeps = {
  cluster: Pick<ClusterConnection, 'name' | 'admin' | 'groups' | 'reader'>;
  database: Database;
  clock: () => Date;
  log: (message: string) => void;
};

/** What looking at retry topics takes besides. */
export type RetryDeps = ClockDeps & { config: Pick<Config, 'flows' | 'deadLetters'> };
