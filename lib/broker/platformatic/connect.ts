import type { ClusterConfig } from '#lib/config/config.ts';
import type { ClusterConnection } from '../port/cluster.ts';
import { createAdmin } from './admin.ts';
import { createLink } from './connection.ts';
import { createGroups } from './groups.ts';
import { createReader } from './reader.ts';
import { createTransactions } from './transactions.ts';

/**
 * One cluster, to read from, with the read-only principal (`properties`). Connects when first asked and again after a broker's restart;
 * every call ends within `deadlineMs` (default 10 s), in an answer or a BrokerFailure.
 */
export function connectCluster(
  config: ClusterConfig,
  options: { deadlineMs?: number } = {},
): ClusterConnection {
  const link = createLink(config, options);
  return {
    name: config.name,
    admin: createAdmin(link),
    groups: createGroups(link),
    reader: createReader(link),
    transactions: createTransactions(link),
    close: () => link.close(),
  };
}
