import type { Config } from '#lib/config/config.ts';
import { alertKinds } from '#lib/domain/alerts/kind.ts';
import type { Database } from '#lib/store/database.ts';
import { systemPrincipal } from '../alerts/deps.ts';
import { listDeadLetterTopics } from '../list-dead-letter-topics.ts';
import { readObjectives } from '../objectives/read-objectives.ts';
import { lagFamilies } from './lag-families.ts';
import { prometheusText } from './prometheus-text.ts';
import { type SelfMetrics, selfFamilies } from './self-families.ts';

type Deps = {
  database: Pick<Database, 'stores'>;
  config: Pick<Config, 'clusters' | 'flows' | 'deadLetters'>;
  clock: () => Date;
};
const mostTopics = 500;

/**
 * The body of GET /metrics, in chunks: lag in the names of kafka-lag-exporter, and Sluice's own state. Everything is read before the first chunk;
 * what is not known has no sample.
 */
export async function collectMetrics(deps: Deps): Promise<Generator<string>> {
  const { stores } = deps.database;
  const [groups, clusters, index, replays, deadLetters, objectives, firing, notifications] =
    await Promise.all([
      stores.lag.allGroups(),
      stores.lag.readClusters(),
      stores.selfHealth.index(),
      stores.selfHealth.replaysByState(),
      listDeadLetterTopics(deps, systemPrincipal, { limit: mostTopics, after: null }),
      readObjectives(deps),
      stores.alerts.firingByKind(),
      stores.notifications.counts(),
    ]);
  const self: SelfMetrics = {
    now: deps.clock(),
    clusters,
    index,
    replays,
    deadLetters: deadLetters.items,
    objectives: deps.config.flows.flatMap(({ cluster, name }) => {
      const objective = objectives.get(name);
      return objective ? [{ cluster, flow: name, objective }] : [];
    }),
    // Known to be 0 where none fires, so that a rule can tell that from no answer.
    alertsFiring: new Map(alertKinds.map((kind) => [kind, firing.get(kind) ?? 0])),
    notifications,
  };
  return prometheusText([...lagFamilies(groups), ...selfFamilies(self)]);
}
