/** What can be wrong with a cluster itself, worst first. */
export const findingCodes = [
  'no_controller',
  'partitions_offline',
  'brokers_gone',
  'partitions_under_min_isr',
  'transaction_hanging',
  'transaction_open_long',
  'partitions_not_full_isr',
  'end_offsets_unreadable',
  'groups_unreadable',
  'rebalancing_often',
  'controller_changed',
] as const;
export type FindingCode = (typeof findingCodes)[number];

/** `act`: somebody has to, now. `warn`: works, with less safety or for some only. `info`: good to know while searching. */
type FindingSeverity = 'act' | 'warn' | 'info';

export type Finding = {
  code: FindingCode;
  severity: FindingSeverity;
  /** Plain words: what, where, how many, since when. */
  sentence: string;
  sinceMs: number;
  count: number;
  /** A few of what is counted. */
  examples: readonly string[];
  /** Consumer groups that likely follow from it, at most `groupsNamed`. */
  groups: readonly string[];
  groupCount: number;
};

export type PartitionPlace = { topic: string; partition: number };

const examplesMax = 5;
const groupsNamed = 200;

export const placeText = ({ topic, partition }: PartitionPlace): string => `${topic}-${partition}`;
export const countedText = (count: number | bigint, one: string): string =>
  `${count.toLocaleString('en-US')} ${one}${BigInt(count) === 1n ? '' : 's'}`;

/** "a, b, c and 4 more". */
export function listText(all: readonly string[], most = 3): string {
  const more = all.length - most;
  return more > 0 ? `${all.slice(0, most).join(', ')} and ${more} more` : all.join(', ');
}

const units = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
] as const;

/** "40 s", "12 min", "3 h": one unit, rounded down; below a minute, and below two minutes, in seconds. */
export function agoText(ms: number): string {
  if (ms < 120_000) return `${Math.max(0, Math.floor(ms / 1000))} s`;
  const [size, unit] = units.find(([each]) => ms >= each) ?? [60_000, 'min'];
  return `${Math.floor(ms / size)} ${unit}`;
}

/** A finding about things that have names. @param groups all that likely follow */
export function findingOf(
  about: Pick<Finding, 'code' | 'severity' | 'sentence' | 'sinceMs'>,
  things: readonly string[],
  groups: readonly string[],
): Finding {
  return {
    ...about,
    count: things.length,
    examples: things.slice(0, examplesMax),
    groups: groups.slice(0, groupsNamed),
    groupCount: groups.length,
  };
}

/** Worst first. */
export const byWeight = (a: Finding, b: Finding): number =>
  severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
  findingCodes.indexOf(a.code) - findingCodes.indexOf(b.code);
const severities: readonly FindingSeverity[] = ['act', 'warn', 'info'];
