import type { ClusterAdmin } from './admin.ts';
import type { ClusterGroups } from './groups.ts';
import type { ClusterReader } from './reader.ts';
import type { ClusterTransactions } from './transactions.ts';

/** Everything that may be read of one cluster. Web and worker both have it; the writer is not in it. */
export type ClusterConnection = {
  name: string;
  admin: ClusterAdmin;
  groups: ClusterGroups;
  reader: ClusterReader;
  transactions: ClusterTransactions;
  close(): Promise<void>;
};
