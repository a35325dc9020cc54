import { defaultWindowMs } from '#lib/domain/lag/window.ts';
import type { Evidence } from '#lib/domain/replays/evidence.ts';
import { amount, countOf } from '#lib/domain/replays/sentences.ts';
import { mostArrivals } from '#lib/store/replay-evidence.ts';
import { answer, type EvidenceContext, isFresh } from './context.ts';
import { sum } from './sum.ts';

/** The collector's own window: within it the rate is measured, beyond it a count would be a guess. */
const mostWindowMs = defaultWindowMs;
const seconds = (ms: number) => `${Math.ceil(ms / 1000)} s`;

/** The frozen records are no failures behind themselves: what is asked is asked of the time since the newest of them. */
function windowOf({ frozen, now }: EvidenceContext): number {
  const { newestAt } = frozen.summary;
  const sinceMs = newestAt === null ? mostWindowMs : now.getTime() - Date.parse(newestAt);
  return Math.max(0, Math.min(mostWindowMs, sinceMs));
}

/** Records of the flow's topic that its groups consumed in this time, by the rate of now; null where that was not measured. */
async function consumedIn(context: EvidenceContext, windowMs: number): Promise<number | null> {
  const { flow, replay, stores } = context;
  if (!flow) return null;
  const ids = flow.groups.map(({ id }) => id);
  const groups = await stores.replayEvidence.groups(replay.cluster, ids, flow.topic);
  const rate = sum(
    groups
      .filter(({ asOf, partitions }) => partitions.length > 0 && isFresh(context, asOf))
      .map(({ partitions }) => sum(partitions.map(({ consumeRate }) => consumeRate))),
  );
  return rate === null ? null : Math.round((rate * windowMs) / 1000);
}

/** Why a failure could have arrived that the index does not have; null where it has everything. */
async function unseenBy(context: EvidenceContext): Promise<string | null> {
  const { clusterId, source } = context.replay;
  const index = await context.stores.replayEvidence.indexBehind({ clusterId, topicId: source.topicId });
  if (index === null) return 'The index has not read this topic yet.';
  if (!isFresh(context, index.asOf))
    return 'The indexer has not looked at this topic within the last minute.';
  return index.behindRecords === 0n
    ? null
    : `The index is ${amount(index.behindRecords)} records behind the topic's end.`;
}

/**
 * Does the failure still arrive, of how many consumed: since the newest of the frozen records, and for half a minute at most. Good only where the index has read
 * everything within the last minute and something was consumed for all of that time. What has arrived since the plan was frozen stays behind, and is named as long
 * as the plan is looked at.
 */
export async function stillFailingEvidence(context: EvidenceContext): Promise<Evidence> {
  const { now, frozenAt, othersSince } = context;
  const windowMs = windowOf(context);
  const arrivals = await othersSince(new Date(now.getTime() - windowMs));
  const arrivedSince = frozenAt && (await othersSince(frozenAt));
  const unseen = await unseenBy(context);
  const consumed = await consumedIn(context, windowMs);
  const why =
    unseen ??
    (consumed === null
      ? 'How many records the group consumed is not measured.'
      : consumed === 0
        ? 'The group consumed nothing in this time, so nothing could fail.'
        : arrivals === 0 && windowMs < mostWindowMs
          ? `The newest of the frozen failures is not ${seconds(mostWindowMs)} old.`
          : null);
  const ratio = why === null && consumed !== null ? Math.min(1, arrivals / consumed) : null;
  const value = { arrivals, consumed, ratio, windowMs, ...(arrivedSince !== null && { arrivedSince }) };
  const atLeast = (n: number) => (n >= mostArrivals ? 'At least ' : '');
  const counted = `${atLeast(arrivals)}${countOf(arrivals, 'such failure')}`;
  const sentence =
    ratio !== null
      ? `${counted} in the ${countOf(consumed ?? 0, 'record')} consumed in the last ${seconds(windowMs)}.`
      : arrivals > 0
        ? `${counted} in the last ${seconds(windowMs)}; of how many consumed is not known.`
        : 'Whether the failure still happens is not known.';
  const more = arrivedSince
    ? ` ${atLeast(arrivedSince)}${amount(arrivedSince)} more arrived since this was frozen; not part of this replay.`
    : '';
  return answer(context, 'stillFailing', {
    status: arrivals > 0 || more !== '' ? 'warns' : ratio === null ? 'unknown' : 'good',
    sentence: `${sentence}${more}`,
    ...(why === null ? {} : { why }),
    value,
    denominator: ratio === null ? null : consumed,
  });
}
