import { resetTool } from './reset-command.ts';
import type { GroupType } from './status.ts';
import type { ResetTarget, WhatIfPartition } from './what-if.ts';

export const resetConflictCodes = [
  'group_active',
  'not_supported',
  'topic_gone',
  'partition_unreadable',
  'never_committed',
  'replay_running',
  'open_transaction',
  'other_tool',
] as const;
export type ResetConflictCode = (typeof resetConflictCodes)[number];

export type ResetConflict = {
  code: ResetConflictCode;
  /** Kafka's tool would refuse, or leave this part out; otherwise it would do it, and someone should know. */
  blocks: boolean;
  detail: string;
};

export type ResetSituation = {
  groupId: string;
  type: GroupType;
  state: string;
  /** null: not known. */
  members: number | null;
  target: ResetTarget;
  partitions: readonly (WhatIfPartition & {
    topic: string;
    partition: number;
    logStart: bigint | null;
    lastStable: bigint | null;
    highWatermark: bigint | null;
    failure: string | null;
  })[];
  topicsGone: readonly string[];
  /** Replays under way that send to what this group reads. */
  replays: readonly { id: string; state: string; topic: string }[];
};

const named = 3;

/** "a-0, a-1, a-2 and 4 more". */
function listed(names: readonly string[]): string {
  const rest = names.length - named;
  return `${names.slice(0, named).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
const where = (each: { topic: string; partition: number }) => `${each.topic}-${each.partition}`;
const settledStates: ReadonlySet<string> = new Set(['empty', 'dead']);

function active({ members, state, groupId }: ResetSituation): ResetConflict[] {
  if (settledStates.has(state.toLowerCase()) && (members === null || members === 0)) return [];
  const who =
    members === null
      ? 'how many members are connected is not known'
      : members === 1
        ? '1 member is connected'
        : `${members} members are connected`;
  return [
    {
      code: 'group_active',
      blocks: true,
      detail: `Group ${groupId} is ${state.toLowerCase()} and ${who}: Kafka refuses a reset until all of them are stopped.`,
    },
  ];
}

function tool({ type, target }: ResetSituation): ResetConflict[] {
  if (type === 'share') {
    const able = target.kind !== 'offset' && target.kind !== 'shift';
    return [
      {
        code: able ? 'other_tool' : 'not_supported',
        blocks: !able,
        detail: able
          ? `A share group is reset by ${resetTool(type)}, which moves its start offset: records that are acquired or acknowledged past it count as not delivered.`
          : `A share group can be moved to earliest, latest or a time only: ${resetTool(type)} knows neither an offset nor a shift.`,
      },
    ];
  }
  if (type !== 'streams') return [];
  return [
    {
      code: 'other_tool',
      blocks: false,
      detail: `A streams group is reset by ${resetTool(type)}; with --execute it also deletes the group's internal topics, so its state is built anew from the input.`,
    },
  ];
}

function unreadable({ partitions, topicsGone, target }: ResetSituation): ResetConflict[] {
  const found: ResetConflict[] = topicsGone.map((topic) => ({
    code: 'topic_gone',
    blocks: true,
    detail: `Topic ${topic} is gone: its committed offsets lead nowhere, and the tool fails when it is named.`,
  }));
  const failed = partitions.filter((each) => each.failure !== null && !topicsGone.includes(each.topic));
  if (failed.length > 0)
    found.push({
      code: 'partition_unreadable',
      blocks: true,
      detail: `The offsets of ${listed(failed.map(where))} could not be read, so nothing is claimed of them: ${failed[0]?.failure ?? ''}`,
    });
  const fresh = partitions.filter((each) => each.from === null && each.failure === null);
  if (target.kind === 'shift' && fresh.length > 0)
    found.push({
      code: 'never_committed',
      blocks: true,
      detail: `There is no committed offset to shift from on ${listed(fresh.map(where))}: the tool fails as a whole when it is given such a partition, so the command leaves them out.`,
    });
  return found;
}

function transactions({ partitions }: ResetSituation): ResetConflict[] {
  const jumped = partitions.filter(
    (each) =>
      each.to !== null &&
      each.lastStable !== null &&
      each.highWatermark !== null &&
      each.lastStable < each.highWatermark &&
      each.to > each.lastStable,
  );
  if (jumped.length === 0) return [];
  return [
    {
      code: 'open_transaction',
      blocks: false,
      detail: `A transaction is open below the target on ${listed(jumped.map((each) => `${where(each)} (from offset ${each.lastStable})`))}: what it commits later would never be read.`,
    },
  ];
}

/** What stands against a reset, what Kafka refuses first. */
export function resetConflicts(situation: ResetSituation): ResetConflict[] {
  const replays = situation.replays.map(
    ({ id, state, topic }): ResetConflict => ({
      code: 'replay_running',
      blocks: false,
      detail: `Replay ${id} (${state}) sends to ${topic} and waits for this group to consume it: a move would make its proof mean nothing.`,
    }),
  );
  return [
    ...active(situation),
    ...tool(situation),
    ...unreadable(situation),
    ...replays,
    ...transactions(situation),
  ].sort((a, b) => Number(b.blocks) - Number(a.blocks));
}
