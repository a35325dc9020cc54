import { createClusterWatchWrites } from './cluster-watch.ts';
import { onConnection, openPool } from './connections.ts';
import { createGroupEventWrites } from './group-events.ts';
import { createLagHistoryWrites } from './lag-history-writes.ts';
import { createLagSnapshotWrites } from './lag-snapshot-writes.ts';
import { createLogEndWrites } from './log-ends.ts';
import { idleInTransactionMs } from './prisma.ts';
import { type RawScope, rawScopeOn } from './raw-scope.ts';

const createCollectorStores = (db: RawScope) => ({
  lag: createLagSnapshotWrites(db),
  history: createLagHistoryWrites(db),
  ends: createLogEndWrites(db),
  groupEvents: createGroupEventWrites(db),
  clusterWatch: createClusterWatchWrites(db),
});
/** All that a collector writes. */
export type CollectorStores = ReturnType<typeof createCollectorStores>;

/**
 * What a collector writes, over connections of its own: a round of a big cluster is megabytes, of which Prisma makes five copies and keeps three
 * ([ADR 30](docs/adr/0030-what-a-collector-writes.md)).
 */
export type CollectorWriter = {
  stores: CollectorStores;
  /** Runs `work` in one transaction; whatever it throws rolls all of it back. */
  transact<T>(work: (stores: CollectorStores) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

/** A statement that gets no answer for so long has failed: a database that was stopped must not hold the collector. */
const statementMs = 30_000;

/** The connections are opened when first needed. */
export function createCollectorWriter(
  connectionString: string,
  options: { maxConnections: number; idleInTransactionMs?: number | undefined },
): CollectorWriter {
  const pool = openPool({
    connectionString,
    max: options.maxConnections,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    query_timeout: statementMs,
    idle_in_transaction_session_timeout: options.idleInTransactionMs ?? idleInTransactionMs,
  });
  return {
    stores: createCollectorStores(rawScopeOn(pool)),
    // Where it fails the connection goes, too: the server rolls back.
    transact: (work) =>
      onConnection(pool, async (client) => {
        await client.query('BEGIN');
        const done = await work(createCollectorStores(rawScopeOn(client)));
        await client.query('COMMIT');
        return done;
      }),
    close: () => pool.end(),
  };
}
