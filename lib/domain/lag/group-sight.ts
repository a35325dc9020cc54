import type { LagStatus } from './status.ts';

export const groupEventKinds = [
  'appeared',
  'deleted',
  'became_empty',
  'members_replaced',
  'member_replaced',
  'member_joined',
  'member_left',
  'rebalanced',
  'offsets_reset',
  'status_changed',
] as const;
export type GroupEventKind = (typeof groupEventKinds)[number];

/** Something that happened to a consumer group between two rounds. `text` says it in plain words. */
export type GroupEvent = { groupId: string; atMs: number; kind: GroupEventKind; text: string };

export type SightedMember = { memberId: string; clientId: string; host: string; instanceId: string | null };

/** A group in one round. What is not known is null, and makes no event. */
export type GroupNow = {
  groupId: string;
  state: string;
  /** Grows with every rebalance of the newer protocols (KIP-848); null where the protocol does not tell. */
  epoch: number | null;
  members: readonly SightedMember[] | null;
  /** Who has what, in any form that differs when it differs. */
  assignment: string | null;
  /** Of its lag; null where it was not told this round, or nothing can be told yet. */
  status: LagStatus | null;
};

/** What is carried to the next round: the group as last known, and who went and came within the last minute. */
export type GroupSight = Omit<GroupNow, 'members'> & {
  members: readonly SightedMember[] | null;
  left: readonly { member: SightedMember; atMs: number }[];
  /** The members before the present turnover began; null while nothing changes. */
  turnover: { sinceMs: number; before: readonly string[] } | null;
};
