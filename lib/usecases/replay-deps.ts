import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import type { Config } from '#lib/config/config.ts';
import type { Database } from '#lib/store/database.ts';

/** What governing replays needs; the web's runtime has it. Nothing here can write to Kafka. */
export type ReplayDeps = {
  database: Database;
  clusters: ReadonlyMap<string, ClusterConnection>;
  config: Config;
  environment: { demo: boolean };
  clock: () => Date;
};

/** Name under which Sluice itself stands in the audit log. */
export const systemActor = 'sluice';
