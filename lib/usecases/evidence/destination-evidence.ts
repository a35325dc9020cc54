import { declaredReader } from '#lib/domain/flows/declared-groups.ts';
import { keepingOf } from '#lib/domain/flows/keeping.ts';
import type { Evidence } from '#lib/domain/replays/evidence.ts';
import { amount } from '#lib/domain/replays/sentences.ts';
import { answer, configNumber, type EvidenceContext, isFresh, type PlanningContext } from './context.ts';

/**
 * Every group that reads the destination, and which of them are declared replay-safe, by whichever flow of the cluster. Groups that were seen count however long
 * ago that was; that there are no others is known for a minute.
 */
export async function fanOutEvidence(context: EvidenceContext): Promise<Evidence> {
  const { replay, destination, flows, stores, diversion } = context;
  const seen = await stores.replayEvidence.readersOf(replay.cluster, destination.topic);
  if (!seen)
    return answer(context, 'fanOut', {
      status: 'unknown',
      sentence: `Which groups read ${destination.topic} is not known.`,
      why: 'The collector has not seen this cluster yet.',
    });
  const groups = seen.groups.map((group) => ({
    group,
    target: destination.targetGroups.some((id) => id === group),
    replaySafe: declaredReader(flows, group)?.replaySafe ?? null,
  }));
  const others = groups.filter((reader) => !reader.target);
  const unsafe = groups.filter((reader) => reader.replaySafe !== true);
  const fresh = isFresh(context, seen.asOf);
  // Rules of the policy go by these: what was counted too long ago is no number of now.
  const counts = fresh ? { readers: groups.length, unsafe: unsafe.length } : { readers: null, unsafe: null };
  const value = { groups, ...counts };
  if (destination.kind === 'origin' && unsafe.length > 0)
    return answer(context, 'fanOut', {
      status: 'blocks',
      sentence: `${unsafe.map((reader) => reader.group).join(', ')} also ${unsafe.length === 1 ? 'reads' : 'read'} ${destination.topic} and ${unsafe.length === 1 ? 'is' : 'are'} not declared replay-safe.`,
      value,
      denominator: counts.readers,
    });
  const readers = diversion ? await stores.replayEvidence.readersOf(replay.cluster, diversion.topic) : null;
  if (diversion && (!readers || readers.groups.length > 0))
    return answer(context, 'fanOut', {
      status: readers ? 'warns' : 'unknown',
      sentence: readers
        ? `${readers.groups.join(', ')} ${readers.groups.length === 1 ? 'reads' : 'read'} the quarantine ${diversion.topic}, and would process what is diverted.`
        : `Which groups read the quarantine ${diversion.topic} is not known.`,
      ...(readers ? {} : { why: 'The collector has not seen this cluster yet.' }),
      value: { ...value, quarantineReaders: readers ? readers.groups : null },
      denominator: counts.readers,
    });
  if (others.length > 0)
    return answer(context, 'fanOut', {
      status: 'warns',
      sentence: `Besides the target, ${others.map((reader) => reader.group).join(', ')} ${others.length === 1 ? 'reads' : 'read'} ${destination.topic} and will see every record again.`,
      value,
      denominator: counts.readers,
    });
  if (!fresh)
    return answer(context, 'fanOut', {
      status: 'unknown',
      sentence: `Which groups read ${destination.topic} is not known.`,
      why: 'The collector has not seen this cluster within the last minute.',
      value,
      denominator: counts.readers,
    });
  return answer(context, 'fanOut', {
    status: 'good',
    sentence:
      groups.length === 0
        ? `No group has read ${destination.topic} so far.`
        : `Only ${groups.map((reader) => reader.group).join(', ')} ${groups.length === 1 ? 'reads' : 'read'} ${destination.topic}.`,
    value,
    denominator: counts.readers,
  });
}

/** Readers without a group leave no trace in the broker: a risk that can only be named. */
export const unseenReadersEvidence = (context: EvidenceContext): Evidence =>
  answer(context, 'unseenReaders', {
    status: 'unknown',
    sentence: "Readers without a group can't be seen.",
    why: 'Kafka keeps no list of consumers that commit no offsets.',
  });

/** Whether the target can see records of attempts that were aborted. */
export function isolationEvidence(context: EvidenceContext): Evidence {
  const { flows, destination } = context;
  const targets = destination.targetGroups.flatMap((id) => {
    const declared = declaredReader(flows, id);
    return declared ? [{ id, isolation: declared.isolation }] : [];
  });
  if (destination.kind === 'quarantine')
    return answer(context, 'isolation', { status: 'good', sentence: 'Nobody processes a quarantine.' });
  if (targets.length === 0)
    return answer(context, 'isolation', {
      status: 'unknown',
      sentence: 'How the readers treat aborted transactions is not known.',
      why: 'No flow declares the groups of this destination.',
    });
  const uncommitted = targets.filter((group) => group.isolation !== 'read_committed');
  return answer(context, 'isolation', {
    status: uncommitted.length > 0 ? 'warns' : 'good',
    sentence:
      uncommitted.length > 0
        ? `${uncommitted.map((group) => group.id).join(', ')} ${uncommitted.length === 1 ? 'reads' : 'read'} uncommitted${uncommitted.some((group) => group.isolation === null) ? ' (undeclared)' : ''}: may see aborted attempts.`
        : `${targets.map((group) => group.id).join(', ')} ${targets.length === 1 ? 'reads' : 'read'} committed only.`,
    value: { uncommitted: uncommitted.map((group) => group.id as string) },
    denominator: targets.length,
  });
}

/** Whether what is written with original timestamps would be deleted at once; null where the broker did not tell. */
function goneAtOnce({ policy, target, oldestOriginalMs, now }: PlanningContext): boolean | null {
  if (policy.timestamp !== 'original' || oldestOriginalMs === null) return false;
  const { retentionMs } = keepingOf(target.config);
  if (retentionMs === 'none') return false;
  return retentionMs === null ? null : now.getTime() - oldestOriginalMs > retentionMs;
}

/** What the records will look like where they land, and whether they would stay there: of what is sent on. */
export function writeDiffEvidence(context: PlanningContext): Evidence {
  const { target, routing, policy, destination, largestBytes, tombstones, sentOn } = context;
  const limit = configNumber(target.config, 'max.message.bytes');
  const gone = goneAtOnce(context);
  const value = {
    routing,
    partitions: target.partitions,
    largestBytes,
    maxMessageBytes: limit,
    tombstones,
    removedHeaders: [...policy.removeHeaders],
    failureHeadersRemoved: destination.kind !== 'quarantine',
    timestamp: policy.timestamp,
  };
  if (gone)
    return answer(context, 'writeDiff', {
      status: 'blocks',
      sentence: `The policy keeps original timestamps, and the retention of ${destination.topic} would delete such records at once.`,
      value,
    });
  if (gone === null)
    return answer(context, 'writeDiff', {
      status: 'unknown',
      sentence: `The policy keeps original timestamps, and whether ${destination.topic} would keep such records is not known.`,
      why: 'The broker did not tell its retention.',
      value,
    });
  if (limit === null)
    return answer(context, 'writeDiff', {
      status: 'unknown',
      sentence: `How large a record ${destination.topic} takes is not known.`,
      why: 'The broker did not tell its max.message.bytes.',
      value,
    });
  const how =
    routing === 'origin_partition'
      ? "each to its origin's partition"
      : `by Kafka's hash of the key over ${target.partitions} partitions`;
  return answer(context, 'writeDiff', {
    status: tombstones > 0 ? 'warns' : 'good',
    sentence: `Sent ${how}; the largest is ${amount(largestBytes)} of ${amount(limit)} bytes; key and value unchanged, five sluice headers added${
      destination.kind === 'quarantine' ? '' : ', failure headers removed'
    }${tombstones > 0 ? `; ${tombstones} have no value (tombstones)` : ''}.`,
    value,
    denominator: sentOn,
  });
}
