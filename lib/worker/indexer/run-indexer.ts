import { setTimeout as sleep } from 'node:timers/promises';
import { BrokerFailure } from '#lib/broker/port/failure.ts';
import type { IndexCursor } from '#lib/store/dead-letter-index.ts';
import { defaultTimings, type IndexerDeps } from './deps.ts';
import { discover } from './discover.ts';
import { followPointers } from './follow-pointers.ts';
import { HiddenTails } from './hidden-tails.ts';
import { indexPartition, moveCursor } from './index-partition.ts';
import { regroup } from './regroup.ts';
import { removeExcerpts } from './remove-excerpts.ts';
import { higher, type Watch, type WatchedTopic } from './watched.ts';

/** Each may hold a batch that is expanded to its limit; analysis has one core, so more would only hold more. */
const parallelPartitions = 2;
/** Reading on for longer than this is interrupted by a look at where the logs begin and end. */
const roundMaxMs = 2000;
const failurePauseMaxMs = 10_000;
/** Of a round, for grouping anew what was indexed by other rules: little while records wait to be indexed at all. */
const regroupMs = { waiting: 200, caughtUp: 1500 };

/** Says a repeated failure once, and again when it changes. */
const createFailureLog = (log: (message: string) => void) => {
  const last = new Map<string, string>();
  return {
    note(subject: string, error: unknown) {
      const message = error instanceof Error ? error.message : String(error);
      if (last.get(subject) === message) return;
      last.set(subject, message);
      log(`${subject}: ${message}`);
    },
    clear: (subject: string) => last.delete(subject),
  };
};
type FailureLog = ReturnType<typeof createFailureLog>;

/** Another topic may stand under the name by now. */
const isGone = (error: unknown) =>
  error instanceof BrokerFailure && (error.kind === 'unknown_topic' || error.kind === 'unknown_topic_id');

/**
 * Asks where every partition begins and ends, moves cursors that no longer stand in the log, and saves the others with the time of this
 * look: an idle topic is known to be idle up to it.
 */
async function lookAtOffsets(
  deps: IndexerDeps,
  watch: Watch,
  failures: FailureLog,
): Promise<{ stale: boolean }> {
  const at = deps.clock();
  const partitions = watch.topics.flatMap(({ topic, partitions: numbers }) =>
    numbers.map((partition) => ({ topic, partition })),
  );
  const [starts, ends, tops] = await Promise.all([
    deps.cluster.groups.listOffsets(partitions, 'earliest'),
    deps.cluster.groups.listOffsets(partitions, 'last_stable'),
    deps.cluster.groups.listOffsets(partitions, 'high_watermark'),
  ]);
  deps.reach?.('offsets_read');
  const keyOf = (of: { topic: string; partition: number }) => `${of.topic} ${of.partition}`;
  const startOf = new Map(starts.map((each) => [keyOf(each), each.offset]));
  const endOf = new Map(ends.map((each) => [keyOf(each), each.offset]));
  const topOf = new Map(tops.map((each) => [keyOf(each), each.offset]));
  const seen: IndexCursor[] = [];
  let stale = false;
  for (const topic of watch.topics)
    for (const partition of topic.partitions) {
      const logStart = startOf.get(keyOf({ topic: topic.topic, partition }));
      const lastStable = endOf.get(keyOf({ topic: topic.topic, partition }));
      const highWatermark = topOf.get(keyOf({ topic: topic.topic, partition }));
      // Not known now: the cursor keeps its old time, which shows that the index is out of date.
      if (logStart === undefined || logStart === null || lastStable === undefined || lastStable === null)
        continue;
      if (highWatermark === undefined || highWatermark === null) continue;
      const known = topic.cursors.get(partition);
      const nextOffset = known?.nextOffset ?? logStart;
      const place = { topicId: topic.topicId, partition };
      const look = { lastStable, highWatermark, at };
      const asOf = watch.tails.seenUpTo(place, look, known?.asOf);
      const cursor = { ...place, nextOffset, logStart, lastStable, asOf };
      const standsInLog = nextOffset >= logStart && nextOffset <= higher(lastStable, logStart);
      if (standsInLog && (known === undefined || known.logStart === logStart)) {
        topic.cursors.set(partition, cursor);
        seen.push(cursor);
      } else
        await moveCursor(deps, watch, topic, cursor).catch((error: unknown) => {
          failures.note(`dead letters of ${deps.cluster.name}/${topic.topic}-${partition}`, error);
          stale ||= isGone(error);
        });
    }
  await deps.database.stores.deadLetterIndex.saveCursors(watch.clusterId, seen);
  deps.reach?.('cursors_saved');
  return { stale };
}

/** Reads on wherever something waits, a few partitions at a time. Says whether more waits, and whether topics have to be looked up anew. */
async function readOn(
  deps: IndexerDeps,
  watch: Watch,
  failures: FailureLog,
  signal: AbortSignal,
): Promise<{ more: boolean; stale: boolean }> {
  const waiting: { topic: WatchedTopic; partition: number }[] = watch.topics.flatMap((topic) =>
    [...topic.cursors.values()]
      .filter((cursor) => cursor.nextOffset < cursor.lastStable)
      .map(({ partition }) => ({ topic, partition })),
  );
  let more = false;
  let stale = false;
  const until = performance.now() + roundMaxMs;
  const lane = async () => {
    for (let next = waiting.shift(); next && !signal.aborted; next = waiting.shift()) {
      const subject = `dead letters of ${deps.cluster.name}/${next.topic.topic}-${next.partition}`;
      try {
        const ended = await indexPartition(deps, watch, next.topic, next.partition, signal);
        failures.clear(subject);
        // Behind the others, who have their turn first.
        if (ended === 'more' && performance.now() < until) waiting.push(next);
        more ||= ended !== 'done';
      } catch (error) {
        // One topic's trouble is not the others'.
        stale ||= isGone(error);
        failures.note(subject, error);
      }
    }
  };
  await Promise.all(Array.from({ length: parallelPartitions }, lane));
  return { more, stale };
}

/**
 * Keeps the index of one cluster's dead letters: finds the topics, reads each from its cursor (or the log start) to the last stable
 * offset, and then follows. Resumes wherever it was stopped; run it under a lease, though two at once do no harm. Failures are logged and
 * tried again; ends when the signal aborts.
 */
export async function runIndexer(deps: IndexerDeps, { signal }: { signal: AbortSignal }): Promise<void> {
  const timings = { ...defaultTimings, ...deps.timings };
  const failures = createFailureLog(deps.log);
  const subject = `dead letters of ${deps.cluster.name}`;
  let watch: Watch | null = null;
  let discoveredAt = 0;
  const pointers = followPointers(deps);
  const tails = new HiddenTails();
  let settledAt = Number.NEGATIVE_INFINITY;
  let failedRounds = 0;
  while (!signal.aborted) {
    let pauseMs = timings.pollMs;
    try {
      if (watch === null || performance.now() - discoveredAt >= timings.discoverMs) {
        watch = { ...(await discover(deps)), notePointers: pointers.note, tails };
        discoveredAt = performance.now();
        const what = `excerpts of ${deps.cluster.name}`;
        // Nothing waits for it but what may not be kept any more, which is shown to nobody.
        await removeExcerpts(deps.database, watch, signal).then(
          () => failures.clear(what),
          (error: unknown) => failures.note(what, error),
        );
      }
      const looked = await lookAtOffsets(deps, watch, failures);
      const { more, stale } = await readOn(deps, watch, failures, signal);
      if (more) pauseMs = 0;
      const regrouping = `grouping dead letters of ${deps.cluster.name} anew`;
      await regroup(deps, watch, more ? regroupMs.waiting : regroupMs.caughtUp, signal).then(
        (moreToGroup) => {
          if (moreToGroup) pauseMs = 0;
          failures.clear(regrouping);
        },
        (error: unknown) => failures.note(regrouping, error),
      );
      if (!more && performance.now() - settledAt >= timings.pointersMs) {
        settledAt = performance.now();
        const what = `pointers of ${deps.cluster.name}`;
        // Indexing does not wait for it.
        await pointers.settle(watch).then(
          () => failures.clear(what),
          (error: unknown) => failures.note(what, error),
        );
      }
      if (stale || looked.stale) watch = null;
      failedRounds = 0;
      failures.clear(subject);
    } catch (error) {
      failures.note(subject, error);
      watch = null;
      pauseMs = Math.min(timings.pollMs * 2 ** failedRounds, failurePauseMaxMs);
      failedRounds += 1;
    }
    if (pauseMs > 0) await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}
