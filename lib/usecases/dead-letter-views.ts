import type { DeadLetterTopic } from '#lib/contract/dead-letter-topic.ts';
import type { DeadLetterRow, FailureGroup, FailureMarks } from '#lib/contract/dead-letters.ts';
import { isMaskedMeaning, type Masks } from '#lib/domain/dead-letters/masks.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import type { TopicExpiry } from '#lib/store/dead-letter-expiry.ts';
import type { RegroupProgress } from '#lib/store/dead-letter-grouping.ts';
import type { FailureGroupRow } from '#lib/store/dead-letter-groups.ts';
import type { DeadLetterRecordRow } from '#lib/store/dead-letter-rows.ts';
import type { IndexState, TopicSummary } from '#lib/store/dead-letter-summaries.ts';
import type { StoredWave } from '#lib/store/dead-letter-waves.ts';
import type { TopicRow } from '#lib/store/dead-letters.ts';
import type { FailureState } from '#lib/store/failure-states.ts';
import type { Distinct } from './distinct-counts.ts';
import { expiryView } from './expiry-view.ts';
import { waveView } from './wave-view.ts';

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
const text = (value: bigint | null): string | null => value?.toString() ?? null;

/** After this the index is taken not to follow any more: how far behind it is by now is unknown. */
const indexStaleAfterMs = 30_000;

/** The last known state of the index, and when it was known. */
export function indexView(
  state: IndexState | undefined,
  now: Date,
): { index: DeadLetterTopic['index']; asOf: string } {
  if (!state) return { index: { caughtUp: false, behindRecords: null }, asOf: now.toISOString() };
  const stale = now.getTime() - state.asOf.getTime() > indexStaleAfterMs;
  return {
    index: {
      caughtUp: !stale && state.behindRecords === 0n,
      behindRecords: stale ? null : Number(state.behindRecords),
    },
    asOf: state.asOf.toISOString(),
  };
}

/** Of nothing, nothing is distinct; of what was not counted, it is not known how much is. */
const distinctView = (distinct: Distinct | null): Pick<FailureGroup, 'lineages' | 'keys' | 'distinctAt'> => ({
  lineages: distinct?.lineages ?? null,
  keys: distinct?.keys ?? null,
  distinctAt: iso(distinct?.at ?? null),
});

/** @param distinct null when it is not known */
export function topicView(
  topic: TopicRow,
  summary: TopicSummary | undefined,
  distinct: Distinct | null,
  state: IndexState | undefined,
  clock: {
    expiry: TopicExpiry | undefined;
    wave: StoredWave | undefined;
    regrouping: RegroupProgress | undefined;
    flow: Flow | null;
  },
  now: Date,
): DeadLetterTopic {
  const { index, asOf } = indexView(state, now);
  return {
    cluster: topic.cluster,
    topic: topic.topic,
    topicId: topic.topicId,
    kind: topic.kind,
    flow: topic.flow,
    foundBy: [...topic.foundBy],
    conventions: summary?.conventions ?? [],
    open: summary?.open ?? 0,
    total: summary?.total ?? 0,
    oldestAt: iso(summary?.oldestAt ?? null),
    newestAt: iso(summary?.newestAt ?? null),
    arrivals: {
      m5: summary?.m5 ?? 0,
      m15: summary?.m15 ?? 0,
      h1: summary?.h1 ?? 0,
      d1: summary?.d1 ?? 0,
    },
    failureGroups: summary?.failureGroups ?? 0,
    ...distinctView(summary ? distinct : { keys: 0, lineages: 0, at: now }),
    ...expiryView(
      clock.expiry,
      { flow: clock.flow, retentionMs: topic.retentionMs === null ? null : Number(topic.retentionMs) },
      { asOfMs: Date.parse(asOf), nowMs: now.getTime() },
    ),
    nextWave: waveView(clock.wave),
    regrouping: clock.regrouping
      ? { done: clock.regrouping.done, since: clock.regrouping.startedAt.toISOString() }
      : null,
    excerptBytes: clock.flow?.excerpt?.bytes ?? null,
    index,
    asOf,
  };
}

/** Without package or namespace: `com.shop.CardDeclined` is `CardDeclined`. */
const simpleName = (name: string): string => name.split(/[.:/]/).at(-1) || name;

function titleOf(exceptionClass: string | null, message: string | null): string {
  const parts = [exceptionClass === null ? null : simpleName(exceptionClass), message];
  const known = parts.filter((part) => part !== null && part !== '');
  return known.length === 0 ? 'No failure described in the headers' : known.join(': ');
}

/** Counts by numbered step, as points from the first step of the axis to the last, empty ones too. */
export function histogramOf(
  counts: readonly { step: bigint; count: number }[],
  axis: { first: number; last: number; stepMs: number },
): FailureGroup['histogram'] {
  const byStep = new Map(counts.map(({ step, count }) => [Number(step), count]));
  const points: FailureGroup['histogram'] = [];
  for (let step = axis.first; step <= axis.last; step++)
    points.push([new Date(step * axis.stepMs).toISOString(), byStep.get(step) ?? 0]);
  return points;
}

export const failureStateView = (state: FailureState | undefined): FailureMarks => ({
  claimedBy: state?.claimedBy ?? null,
  claimedAt: iso(state?.claimedAt ?? null),
  mutedUntil: iso(state?.mutedUntil ?? null),
  muteReason: state?.muteReason ?? null,
  mutedBy: state?.mutedBy ?? null,
  snoozedUntil: iso(state?.snoozedUntil ?? null),
  snoozedBy: state?.snoozedBy ?? null,
});

/** What a failure group is called: its exception, without what masks withhold. */
export const failureTitle = (
  row: Pick<FailureGroupRow, 'convention' | 'exceptionClass' | 'messagePattern'>,
  masks: Masks,
): string =>
  titleOf(row.exceptionClass, isMaskedMeaning(row.convention, 'message', masks) ? null : row.messagePattern);

export function failureGroupView(
  row: FailureGroupRow,
  distinct: Distinct | null,
  histogram: FailureGroup['histogram'],
  masks: Masks,
  state: FailureState | undefined,
): FailureGroup {
  const message = isMaskedMeaning(row.convention, 'message', masks) ? null : row.messagePattern;
  return {
    fingerprint: row.fingerprint,
    title: titleOf(row.exceptionClass, message),
    exceptionClass: row.exceptionClass,
    message,
    topFrame: row.topFrame,
    convention: row.convention,
    verdict: row.verdict,
    originTopic: row.originTopic,
    group: row.originGroup,
    count: row.count,
    open: row.open,
    ...distinctView(distinct),
    partitions: row.partitions,
    firstAt: row.firstAt.toISOString(),
    lastAt: row.lastAt.toISOString(),
    arrivals: { m5: row.m5, h1: row.h1 },
    histogram,
    sample: { partition: row.samplePartition, offset: row.sampleOffset.toString() },
    ...failureStateView(state),
  };
}

/** @param showKeys whether the reader may see payloads: a key is one */
export function recordRowView(row: DeadLetterRecordRow, masks: Masks, showKeys: boolean): DeadLetterRow {
  return {
    partition: row.partition,
    offset: row.offset.toString(),
    at: row.at.toISOString(),
    keyText: showKeys ? row.keyText : null,
    valueBytes: row.valueBytes,
    convention: row.convention,
    origin: {
      topic: row.originTopic,
      partition: row.originPartition,
      offset: text(row.originOffset),
      at: iso(row.originAt),
      group: row.originGroup,
    },
    exceptionClass: row.exceptionClass,
    exceptionMessage: isMaskedMeaning(row.convention, 'message', masks) ? null : row.exceptionMessage,
    attempts: row.attempts,
    fingerprint: row.fingerprint,
    disposition: row.disposition,
    replayId: row.replayId,
    pointer: row.pointer,
  };
}
