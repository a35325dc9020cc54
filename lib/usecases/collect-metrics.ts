import type { Database } from '#lib/store/database.ts';
import { renderLagMetrics, type SelfMetrics } from './render-metrics.ts';

/** The body of GET /metrics: lag in the names of kafka-lag-exporter, and Sluice's own state. What is not known has no sample. */
export async function collectMetrics(deps: {
  database: Pick<Database, 'stores'>;
  clock: () => Date;
}): Promise<string> {
  const { stores } = deps.database;
  const [groups, clusters, index, replays] = await Promise.all([
    stores.lag.allGroups(),
    stores.lag.readClusters(),
    stores.selfHealth.index(),
    stores.selfHealth.replaysByState(),
  ]);
  const self: SelfMetrics = { now: deps.clock(), clusters, index, replays };
  return renderLagMetrics(groups, self);
}
