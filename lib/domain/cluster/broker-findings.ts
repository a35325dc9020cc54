import { type GoneBroker, goneBrokers } from './brokers.ts';
import { agoText, countedText, type Finding, type FindingCode, findingOf, listText } from './finding.ts';
import { likelyFollow } from './followers.ts';
import type { ClusterMemory, ClusterSight } from './sight.ts';

/** A restart takes less; a broker that is away for longer needs somebody. */
const restartMs = 120_000;
const changeShownMs = 600_000;

export type Since = (code: FindingCode) => number;

/** Brokers that are gone, and the controller. */
export function brokerFindings(sight: ClusterSight, memory: ClusterMemory, since: Since): Finding[] {
  return [...goneFindings(sight, memory, since), ...controllerFindings(sight, memory, since)];
}

export const goneOf = (sight: ClusterSight, memory: ClusterMemory): GoneBroker[] =>
  goneBrokers(
    memory.brokers,
    sight.brokers,
    new Set(sight.partitions.flatMap((partition) => partition.replicas)),
  );

function goneFindings(sight: ClusterSight, memory: ClusterMemory, since: Since): Finding[] {
  const gone = goneOf(sight, memory);
  if (gone.length === 0) return [];
  const needed = gone.some((each) => each.needed);
  const seen = gone.flatMap((each) => (each.seenMs === null ? [] : [each.seenMs]));
  const sinceMs = seen.length > 0 ? Math.min(...seen) : since('brokers_gone');
  const nodeIds = new Set(gone.map((each) => each.nodeId));
  const orphaned = sight.offsetsTopic.filter(
    ({ leader, replicas }) => leader === null || nodeIds.has(replicas[0] ?? -1),
  );
  const groups = likelyFollow(
    sight.groups,
    { partition: () => false, coordinators: new Set(orphaned.map((each) => each.partition)) },
    sight.offsetsTopic.length,
  );
  const names = gone.map((each) => nameOf(each, sight.atMs, since('brokers_gone')));
  const what =
    gone.length === 1
      ? `Broker ${names[0]}`
      : `${countedText(gone.length, 'broker')} gone: ${listText(names, 4)}`;
  return [
    findingOf(
      {
        code: 'brokers_gone',
        severity: !needed ? 'info' : sight.atMs - sinceMs > restartMs ? 'act' : 'warn',
        sentence: needed
          ? `${what}.`
          : `${what}; no partition has a replica there, so it was likely taken out of service.`,
        sinceMs,
      },
      names,
      groups,
    ),
  ];
}

function nameOf({ nodeId, host, port, seenMs }: GoneBroker, atMs: number, noticedMs: number): string {
  const where = host === null ? 'never seen' : `${host}:${port}`;
  return `${nodeId} (${where}) gone for ${seenMs === null ? 'at least ' : ''}${agoText(atMs - (seenMs ?? noticedMs))}`;
}

function controllerFindings(sight: ClusterSight, memory: ClusterMemory, since: Since): Finding[] {
  const { controller, atMs } = sight;
  if (!controller.known) return [];
  if (controller.nodeId === null)
    return [
      findingOf(
        {
          code: 'no_controller',
          severity: 'act',
          sentence:
            'There is no controller: topics, leaders and in-sync replicas stay as they are until one is elected.',
          sinceMs: since('no_controller'),
        },
        ['no controller'],
        [],
      ),
    ];
  const change = memory.controllerChange;
  if (!change || atMs - change.atMs > changeShownMs) return [];
  return [
    findingOf(
      {
        code: 'controller_changed',
        severity: 'info',
        sentence: `The controller moved from ${change.from} to ${controller.nodeId} ${agoText(atMs - change.atMs)} ago.`,
        sinceMs: change.atMs,
      },
      [`${change.from} to ${controller.nodeId}`],
      [],
    ),
  ];
}
