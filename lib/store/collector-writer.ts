import pg from 'pg';
import { createClusterWatchWrites } from './cluster-watch.ts';
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
const ignore = () => undefined;

/** The connections are opened when first needed. */
export function createCollectorWriter(
  connectionString: string,
  options: { maxConnections: number; idleInTransactionMs?: number | undefined },
): CollectorWriter {
  const pool = new pg.Pool({
    connectionString,
    max: options.maxConnections,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    query_timeout: statementMs,
    idle_in_transaction_session_timeout: options.idleInTransactionMs ?? idleInTransactionMs,
  });
  // An idle connection that breaks is dropped by the pool; without a listener it would take the process down.
  pool.on('error', ignore);
  return {
    stores: createCollectorStores(rawScopeOn(pool)),
    async transact(work) {
      const client = await pool.connect();
      // Between two statements nobody is there to fail with a connection that breaks; the next one does.
      client.on('error', ignore);
      let broken: Error | undefined;
      try {
        await client.query('BEGIN');
        const done = await work(createCollectorStores(rawScopeOn(client)));
        await client.query('COMMIT');
        return done;
      } catch (error) {
        // The connection goes with what failed on it: the server rolls back.
        broken = error instanceof Error ? error : new Error(String(error));
        throw error;
      } finally {
        client.off('error', ignore);
        client.release(broken);
      }
    },
    close: () => pool.end(),
  };
}
