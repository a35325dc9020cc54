import { connectCluster } from '#lib/broker/platformatic/connect.ts';
import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import type { ClusterConfig } from '#lib/config/config.ts';
import { createSchemaRegistry } from '#lib/registry/client.ts';
import type { SchemaRegistry } from '#lib/registry/port.ts';

/** A cluster and its registry, to read from for the time of one piece of work; closed when that has ended. */
export async function withCluster<T>(
  cluster: ClusterConfig,
  work: (connection: ClusterConnection, registry: SchemaRegistry | null) => Promise<T>,
): Promise<T> {
  const connection = connectCluster(cluster);
  try {
    return await work(
      connection,
      cluster.schemaRegistry ? createSchemaRegistry(cluster.schemaRegistry) : null,
    );
  } finally {
    await connection.close();
  }
}
