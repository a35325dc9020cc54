import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import { BrokerFailure } from '#lib/broker/port/failure.ts';
import { lookAtCluster } from '#lib/domain/cluster/look.ts';
import type { ClusterSight } from '#lib/domain/cluster/sight.ts';
import type { LagStatus } from '#lib/domain/lag/status.ts';
import type { CollectorStores } from '#lib/store/collector-writer.ts';
import type { Database } from '#lib/store/database.ts';
import type { StoredCluster } from '#lib/store/lag-snapshot-writes.ts';
import { clusterHealth } from './cluster-health.ts';
import { clusterSight } from './cluster-sight.ts';
import type { ClusterPoll } from './poll-cluster.ts';
import type { SlowFacts } from './slow-facts.ts';
import { eventsOf, writeEvents } from './watch-events.ts';
import { recallWatch } from './watch-memory.ts';
import { watchTransactions } from './watch-transactions.ts';

export type ClusterRound = Pick<StoredCluster, 'state' | 'data'> & {
  /** Stores what happened and what is remembered; within the transaction of the round. */
  write(stores: CollectorStores): Promise<void>;
};

const controllerEveryMs = 4_000;
const rebalancesEveryMs = 10_000;
const pruneEveryMs = 600_000;
const hourMs = 3_600_000;

/**
 * Watches a cluster for what is wrong with itself and for what happens to its groups. One round after another: `look` answers how the
 * cluster is; what it says is remembered for the next round once it has been written.
 */
export function watchCluster(deps: {
  cluster: string;
  connection: Pick<ClusterConnection, 'admin' | 'transactions'>;
  database: Pick<Database, 'stores'>;
  log: (message: string) => void;
}): (poll: ClusterPoll, facts: SlowFacts, statuses: ReadonlyMap<string, LagStatus>) => Promise<ClusterRound> {
  const { cluster } = deps;
  const log = onlyNews(deps.log);
  const { stores } = deps.database;
  const holding = watchTransactions(deps.connection);
  const askController = every(controllerEveryMs, () => controllerNow(deps.connection, log));
  const countRebalances = every(rebalancesEveryMs, (atMs) =>
    stores.groupEvents.rebalances(cluster, null, new Date(atMs - hourMs)),
  );
  let state: Awaited<ReturnType<typeof recallWatch>> | null = null;
  let prunedMs = Number.NEGATIVE_INFINITY;

  return async (poll, facts, statuses) => {
    const { atMs } = poll;
    state ??= await recallWatch(stores, cluster, atMs, log);
    const before = state;
    const [controller, held, rebalances] = await Promise.all([
      askController(atMs),
      holding(poll, log),
      countRebalances(atMs),
    ]);
    const sight = clusterSight(poll, facts, { controller, holding: held, rebalances });
    const { look, memory } = lookAtCluster(sight, before.memory);
    const round = eventsOf(before.groups, poll, statuses);
    return {
      ...clusterHealth(poll, facts, look),
      async write(scope) {
        // A newer round of another worker stands there: what happened is its to tell.
        if (!(await scope.clusterWatch.save(cluster, memory, new Date(atMs)))) return;
        await writeEvents(scope, cluster, round);
        if (atMs - prunedMs >= pruneEveryMs) {
          prunedMs = atMs;
          await scope.groupEvents.prune(cluster, new Date(atMs));
        }
        state = { memory, groups: round.watched };
      },
    };
  };
}

async function controllerNow(
  { admin }: Pick<ClusterConnection, 'admin'>,
  log: (message: string) => void,
): Promise<ClusterSight['controller']> {
  try {
    return { known: true, nodeId: await admin.activeController() };
  } catch (error) {
    if (!(error instanceof BrokerFailure)) throw error;
    log(error.message);
    return { known: false };
  }
}

/** Asks again when the last answer is older than that. */
function every<T>(everyMs: number, ask: (atMs: number) => Promise<T>): (atMs: number) => Promise<T> {
  let last: { atMs: number; answer: T } | null = null;
  return async (atMs) => {
    if (last && atMs - last.atMs < everyMs) return last.answer;
    const answer = await ask(atMs);
    last = { atMs, answer };
    return answer;
  };
}

/** What fails at every round is said once. */
function onlyNews(log: (message: string) => void): (message: string) => void {
  let last = '';
  return (message) => {
    if (message !== last) log(message);
    last = message;
  };
}
