import type { PayloadReader } from '#lib/broker/payload/payload-reader.ts';
import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import type { Config } from '#lib/config/config.ts';
import type { SchemaRegistry } from '#lib/registry/port.ts';
import type { Database } from '#lib/store/database.ts';

/** What the flows of one cluster are held against. */
export type CheckDeps = {
  cluster: ClusterConnection;
  config: Pick<Config, 'flows' | 'file'>;
  database: Pick<Database, 'stores' | 'within'>;
  registry: SchemaRegistry | null;
  payloads: Pick<PayloadReader, 'check'>;
  clock: () => Date;
};
