import type { Since } from './broker-findings.ts';
import { countedText, type Finding, findingOf, listText, placeText } from './finding.ts';
import { likelyFollow } from './followers.ts';
import { type HoldingTransaction, holdingSentence } from './holding-transactions.ts';
import type { ClusterSight } from './sight.ts';

const openLongMs = 10_000;
/** A group that rebalances this often an hour hardly consumes in between. */
const oftenPerHour = 20;

/** Transactions that hold partitions back: hanging ones, and those open for long. */
export function transactionFindings(sight: ClusterSight): Finding[] {
  const { holding, atMs } = sight;
  const hanging = holding?.filter((each) => each.verdict === 'hanging') ?? [];
  const long =
    holding?.filter((each) => each.verdict === 'open' && atMs - each.openSinceMs >= openLongMs) ?? [];
  const about = (code: Finding['code'], of: readonly HoldingTransaction[]): Finding[] => {
    const [worst, ...others] = of;
    if (!worst) return [];
    const groups = waiting(sight, of);
    const more = others.length > 0 ? ` ${countedText(others.length, 'more transaction')} likewise.` : '';
    return [
      findingOf(
        {
          code,
          severity: code === 'transaction_hanging' ? 'act' : groups.length > 0 ? 'warn' : 'info',
          sentence: holdingSentence(worst, atMs) + more,
          sinceMs: Math.min(...of.map((each) => each.openSinceMs)),
        },
        of.map((each) => each.transactionalId ?? `producer ${each.producerId}`),
        groups,
      ),
    ];
  };
  return [...about('transaction_hanging', hanging), ...about('transaction_open_long', long)];
}

/** Groups that have something left to read where a transaction holds the partition. */
function waiting(sight: ClusterSight, of: readonly HoldingTransaction[]): readonly string[] {
  const ends = new Map(
    of
      .flatMap((each) => each.partitions)
      .map((each) => [placeText(each), BigInt(each.lastStable) + BigInt(each.behind)]),
  );
  return likelyFollow(
    sight.groups,
    {
      partition: ({ committed, ...place }) => {
        const end = ends.get(placeText(place));
        return end !== undefined && (committed === null || committed < end);
      },
      coordinators: new Set(),
    },
    0,
  );
}

/** What could not be read of the cluster, and groups that rebalance all the time. */
export function readingFindings(sight: ClusterSight, since: Since): Finding[] {
  const { unreadOffsets, unreadGroups, rebalances } = sight;
  const found: Finding[] = [];
  if (unreadOffsets.length > 0) {
    const names = unreadOffsets.map(placeText);
    const places = new Set(names);
    found.push(
      findingOf(
        {
          code: 'end_offsets_unreadable',
          severity: 'warn',
          sentence: `End offsets of ${countedText(names.length, 'partition')} could not be read: ${listText(names)} (${unreadOffsets[0]?.why}).`,
          sinceMs: since('end_offsets_unreadable'),
        },
        names,
        likelyFollow(
          sight.groups,
          { partition: (place) => places.has(placeText(place)), coordinators: new Set() },
          0,
        ),
      ),
    );
  }
  if (unreadGroups.length > 0) {
    const names = unreadGroups.map((each) => each.groupId).sort();
    found.push(
      findingOf(
        {
          code: 'groups_unreadable',
          severity: 'warn',
          sentence: `Offsets of ${countedText(names.length, 'group')} could not be read: ${listText(names)} (${unreadGroups[0]?.why}).`,
          sinceMs: since('groups_unreadable'),
        },
        names,
        names,
      ),
    );
  }
  const often = [...(rebalances ?? [])]
    .filter(([, count]) => count > oftenPerHour)
    .sort(([, a], [, b]) => b - a);
  if (often.length > 0) {
    const names = often.map(([groupId]) => groupId);
    found.push(
      findingOf(
        {
          code: 'rebalancing_often',
          severity: 'info',
          sentence: `${countedText(names.length, 'group')} rebalanced more than ${oftenPerHour} times in an hour: ${listText(often.map(([groupId, count]) => `${groupId} (${count})`))}.`,
          sinceMs: since('rebalancing_often'),
        },
        names,
        names,
      ),
    );
  }
  return found;
}
