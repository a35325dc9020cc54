import { z } from 'zod';
import { findingCodes } from '#lib/domain/cluster/finding.ts';
import { operation } from './operation.ts';
import { instant, listOf, pageQuery } from './wire.ts';

const clusterFinding = z.object({
  code: z.enum(findingCodes),
  severity: z.enum(['act', 'warn', 'info']),
  /** Plain words: what, where, how many, since when. */
  sentence: z.string(),
  since: instant,
  count: z.number().int(),
  examples: z.array(z.string()),
  /** Consumer groups that likely follow from it, by name; at most 200 of `groupCount`. */
  groups: z.array(z.string()),
  groupCount: z.number().int(),
});
export type ClusterFinding = z.infer<typeof clusterFinding>;

export const clusterView = z.object({
  name: z.string(),
  state: z.enum(['ok', 'degraded', 'unreachable']),
  brokers: z.number().int().nullable(),
  /** Seen within a day or named as replicas, and not there now. */
  brokersGone: z.number().int().nullable(),
  /** Node id of the active controller; null when there is none or it is not known: `findings` tells which. */
  controller: z.number().int().nullable(),
  kafkaVersion: z.string().nullable(),
  groups: z.number().int().nullable(),
  topics: z.number().int().nullable(),
  underMinIsr: z.number().int().nullable(),
  notFullIsr: z.number().int().nullable(),
  offlinePartitions: z.number().int().nullable(),
  hangingTransactions: z.number().int().nullable(),
  /** Of all groups, within the last hour. */
  rebalancesPerHour: z.number().int().nullable(),
  /** What is wrong with the cluster itself, worst first. */
  findings: z.array(clusterFinding),
  detail: z.string().nullable(),
  asOf: instant.nullable(),
});
export type ClusterView = z.infer<typeof clusterView>;

/** The numbers of a cluster that nobody has read yet. */
export const nothingKnownOfCluster: Omit<ClusterView, 'name' | 'state' | 'asOf'> = {
  brokers: null,
  brokersGone: null,
  controller: null,
  kafkaVersion: null,
  groups: null,
  topics: null,
  underMinIsr: null,
  notFullIsr: null,
  offlinePartitions: null,
  hangingTransactions: null,
  rebalancesPerHour: null,
  findings: [],
  detail: null,
};

export const listClusters = operation({
  id: 'listClusters',
  method: 'GET',
  path: '/clusters',
  summary: 'Clusters with their state, and what is wrong with them',
  permission: 'read',
  query: z.strictObject(pageQuery),
  answer: listOf(clusterView),
});
