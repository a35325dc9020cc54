import type { DeadLetterTopic } from '#lib/contract/dead-letter-topic.ts';
import type { FlowView } from '#lib/contract/flows.ts';
import type { GroupView } from '#lib/contract/lag.ts';
import { lagStatuses } from '#lib/domain/lag/status.ts';

export type FlowPressure = {
  flow: FlowView;
  /** The worst of the flow's groups; null when none was read. */
  group: GroupView | null;
  /** null when its dead-letter topic is not indexed. */
  deadLetters1h: number | null;
  objectiveMs: number | null;
};

/** One line a flow from three readings, worst status first; what was not read stays null. */
export function joinFlows(
  flows: readonly FlowView[],
  groups: readonly GroupView[],
  topics: readonly DeadLetterTopic[],
): FlowPressure[] {
  const rank = (group: GroupView | null) => lagStatuses.indexOf(group?.status ?? 'unknown');
  return flows
    .map((flow) => {
      const own = groups
        .filter(
          (group) => group.cluster === flow.cluster && flow.groups.some((each) => each.id === group.groupId),
        )
        .sort((a, b) => rank(a) - rank(b));
      const topic = topics.find((each) => each.cluster === flow.cluster && each.topic === flow.deadLetters);
      const objective = flow.objectives.timeLagMs;
      return {
        flow,
        group: own[0] ?? null,
        deadLetters1h: topic?.arrivals.h1 ?? null,
        objectiveMs: typeof objective === 'number' ? objective : null,
      };
    })
    .sort((a, b) => rank(a.group) - rank(b.group) || a.flow.name.localeCompare(b.flow.name));
}
