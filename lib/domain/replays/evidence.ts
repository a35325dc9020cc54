/** The questions that an approver sees answered (design.md, "Evidence an approver sees"). The names are stable. */
export const evidenceNames = [
  'manifest',
  'diversion',
  'failureGroups',
  'stillFailing',
  'membersReplaced',
  'targetGroup',
  'fanOut',
  'isolation',
  'unseenReaders',
  'attempts',
  'duplicates',
  'ordering',
  'compaction',
  'decodable',
  'retention',
  'writeDiff',
  'writePermission',
  'idempotencyKey',
  'effectsDone',
  'agreement',
] as const;
export type EvidenceName = (typeof evidenceNames)[number];

export type EvidenceStatus = 'blocks' | 'warns' | 'unknown' | 'good';

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** One answer, frozen with the plan. What could not be computed says why and never counts as good. */
export type Evidence = {
  name: EvidenceName;
  status: EvidenceStatus;
  /** Plain sentence for the approver. */
  sentence: string;
  /** Why it is unknown; null when it is known. */
  why: string | null;
  value: JsonValue;
  /** Of how many; null where a share makes no sense. */
  denominator: number | null;
  /** RFC 3339, UTC, milliseconds. */
  at: string;
};
