import type { DeadLetterTopic } from '#lib/contract/dead-letter-topic.ts';
import { durationText } from './severity.ts';

/** The worker looks every 30 s; what it saw longer ago says nothing about now. */
const staleAfterMs = 120_000;

/**
 * "3,100 more in retry, first due in 20 min": of the retry topics of which it is known. A topic that several groups read counts by the one that has the
 * most before it. Null when nothing waits, or nothing is known.
 * @param nowMs what durations count from, milliseconds since the epoch
 */
export function waveText(wave: DeadLetterTopic['nextWave'], nowMs: number): string | null {
  if (wave === null || nowMs - Date.parse(wave.asOf) > staleAfterMs) return null;
  const perTopic = Map.groupBy(wave.topics, ({ topic }) => topic).values();
  const waiting = [...perTopic].reduce(
    (sum, ofTopic) => sum + Math.max(...ofTopic.map(({ waitingRecords }) => waitingRecords ?? 0)),
    0,
  );
  if (waiting === 0) return null;
  const due = wave.topics.flatMap(({ dueFirstAt }) => (dueFirstAt === null ? [] : [Date.parse(dueFirstAt)]));
  const leftMs = due.length === 0 ? null : Math.min(...due) - nowMs;
  const first =
    leftMs === null ? '' : leftMs <= 0 ? ', first due now' : `, first due in ${durationText(leftMs)}`;
  return `${waiting.toLocaleString('en-US')} more in retry${first}`;
}
