import type { ClusterView } from '#lib/contract/clusters.ts';
import { formatCount, plural } from '../ui/format.ts';
import type { Tone } from '../ui/sign.tsx';

/** One part of the line that answers "is it Kafka". `text` null: not known, and `why`. */
export type ClusterFact = {
  id: string;
  text: string | null;
  /** What it is about, for the unknown case: `3 under min ISR` or `unknown under min ISR`. */
  about: string;
  why: string;
  tone: Extract<Tone, 'act' | 'warn'> | null;
};

/** The numbers of a cluster in the order in which they are looked at. A number that was not read is unknown, never 0. */
export function clusterFacts(cluster: ClusterView): ClusterFact[] {
  const { brokers, brokersGone, controller, findings } = cluster;
  const why = cluster.detail ?? 'not read yet';
  const count = (
    id: string,
    value: number | null,
    [one, many]: readonly [string, string],
    tone: ClusterFact['tone'],
  ): ClusterFact => ({
    id,
    about: many,
    why,
    text: value === null ? null : `${formatCount(value)} ${value === 1 ? one : many}`,
    tone: value ? tone : null,
  });
  const noController = findings.some((each) => each.code === 'no_controller');
  return [
    {
      id: 'brokers',
      about: 'brokers',
      why,
      text:
        brokers === null
          ? null
          : brokersGone === null
            ? plural(brokers, 'broker')
            : `Brokers ${formatCount(brokers)} of ${formatCount(brokers + brokersGone)}`,
      tone: brokersGone ? 'act' : null,
    },
    count('offline', cluster.offlinePartitions, ['partition offline', 'partitions offline'], 'act'),
    count('underMinIsr', cluster.underMinIsr, ['under min ISR', 'under min ISR'], 'act'),
    {
      id: 'controller',
      about: 'controller',
      why: 'the principal may not describe the cluster, or it was not read yet',
      text: noController ? 'no controller' : controller === null ? null : `controller ${controller}`,
      tone: noController ? 'act' : null,
    },
    count('hanging', cluster.hangingTransactions, ['hanging transaction', 'hanging transactions'], 'act'),
    count('rebalances', cluster.rebalancesPerHour, ['rebalance in 1 h', 'rebalances in 1 h'], null),
  ];
}
