import type { Flow } from '#lib/domain/flows/flow.ts';
import type { LagStatus } from '#lib/domain/lag/status.ts';
import { consolePage } from '#lib/domain/links/console-page.ts';
import type { ListedGroup } from '#lib/store/lag-group-row.ts';
import { countText, durationText, type Found } from './severity.ts';

const actOn: readonly LagStatus[] = ['expired', 'ahead', 'rewound', 'stopped', 'stalled'];
const verbs: Partial<Record<LagStatus, string>> = {
  expired: 'has lost records to retention',
  ahead: 'has committed past the end of the log',
  rewound: 'went back',
  stopped: 'stopped',
  stalled: 'is stalled',
  lagging: 'is behind its objective',
};

/**
 * Consumer groups on which somebody has to look: stuck or losing records; behind only when past the flow's time-lag objective.
 * @param follows resource of the finding that the group likely follows from, if any
 */
export function lagItems(
  groups: readonly ListedGroup[],
  flows: readonly Flow[],
  follows: (cluster: string, groupId: string) => string | null,
): Found[] {
  return groups.flatMap((group) => {
    const cause = follows(group.cluster, group.groupId);
    const flow = flows.find((each) => each.name === group.flow);
    const objectiveMs = flow?.objectives.timeLagMs ?? null;
    const late = objectiveMs !== null && group.lagMs !== null && group.lagMs > objectiveMs;
    const stuck = actOn.includes(group.status);
    if (!stuck && !(group.status === 'lagging' && late)) return [];
    const behind =
      group.lagRecords === null ? 'lag unknown' : `${countText(BigInt(group.lagRecords), 'record')} behind`;
    const time = group.lagMs === null ? '' : `, ${durationText(group.lagMs)}`;
    return [
      {
        kind: 'lag' as const,
        severity: stuck ? ('act' as const) : ('warn' as const),
        lagStatus: group.status,
        title: `${group.groupId} ${verbs[group.status] ?? group.status}`,
        detail: `${group.statusDetail} ${behind}${time}`.trim(),
        resource: `flow/${group.flow ?? group.groupId}`,
        href: consolePage.group(group.cluster, group.groupId),
        verb: 'look',
        owner: flow?.owner.team ?? null,
        runbook: flow?.owner.runbook ?? null,
        since: null,
        ...(cause === null ? {} : { follows: cause }),
      },
    ];
  });
}
