import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Endangered,
  type Expiry,
  type ExpiryCause,
  expiriesOf,
  soonestExpiry,
} from '#lib/domain/dead-letters/expiry.ts';
import type { FirstOpen, FirstPointer, TopicExpiry } from '#lib/store/dead-letter-expiry.ts';
import type { TopicRow } from '#lib/store/dead-letters.ts';
import type { ClockDeps, RetryDeps } from './deps.ts';
import { lookAtRetries } from './look-at-retries.ts';
import { type Ends, lookAtTopics, type TopicsSeen } from './look-at-topics.ts';
import { createSourceTimes } from './source-times.ts';

const lookMs = 30_000;
const pointersMost = 10_000;
/** Later than this is never: Postgres and JavaScript end their calendars, and a retention of 2^63 ms does not. */
const latestMs = Date.UTC(9999, 0);

type Candidate = Expiry & Omit<NonNullable<TopicExpiry['first']>, 'at' | 'by' | 'sure'>;

/** One look of the clock of a cluster. Keeps from look to look how logs grow and when sources were written. */
export function createClock(deps: ClockDeps) {
  const ends: Ends = new Map();
  const times = createSourceTimes(deps);

  /** Works out, topic by topic, what retention takes first of what is open, and keeps it. @throws BrokerFailure */
  return async function look(): Promise<void> {
    const { deadLetters, deadLetterExpiry } = deps.database.stores;
    const asOf = deps.clock();
    const topics = await deadLetters.topicsOf(deps.cluster.name);
    for (const [clusterId, ofCluster] of Map.groupBy(topics, (topic) => topic.clusterId)) {
      const ids = ofCluster.map((topic) => topic.topicId);
      const [firsts, pointers] = await Promise.all([
        deadLetterExpiry.firstOpen(clusterId, ids, asOf),
        deadLetterExpiry.firstPointers(clusterId, ids, asOf, pointersMost),
      ]);
      const names = [
        ...new Set([
          ...ofCluster.map((topic) => topic.topic),
          ...pointers.map((pointer) => pointer.sourceTopic),
        ]),
      ];
      const seen = await lookAtTopics(deps, names, ends);
      const written = await times.of(pointers, seen.topicIdOf);
      const expiries = ofCluster
        .filter((topic) => seen.topicIdOf(topic.topic) === topic.topicId)
        .map((topic) =>
          expiryOf(topic, {
            seen,
            asOf,
            firsts: firsts.filter((each) => each.topicId === topic.topicId),
            pointers: pointers
              .filter((each) => each.topicId === topic.topicId)
              .map((pointer) => ({ pointer, atMs: written.get(pointer) ?? null })),
          }),
        );
      await deps.database.transact((stores) => stores.deadLetterExpiry.save(clusterId, expiries));
    }
  };
}

type Found = {
  seen: TopicsSeen;
  asOf: Date;
  firsts: readonly FirstOpen[];
  pointers: readonly { pointer: FirstPointer; atMs: number | null }[];
};

function expiryOf(topic: TopicRow, { seen, asOf, firsts, pointers }: Found): TopicExpiry {
  const unknown = new Set<ExpiryCause>();
  const judge = (
    place: { topic: string; partition: number },
    first: Endangered,
    letter: Pick<Candidate, 'partition' | 'offset' | 'source'>,
  ): Candidate[] => {
    const keeping = seen.keepingOf(place.topic);
    const growth = seen.growthOf(place.topic, place.partition);
    const { known, unknown: notTold } = expiriesOf(first, keeping, growth, asOf.getTime());
    for (const cause of notTold) unknown.add(cause);
    const retentionMs = typeof keeping.retentionMs === 'number' ? keeping.retentionMs : null;
    return known.map((expiry) => ({ ...expiry, ...letter, retentionMs, segmentMs: keeping.segmentMs }));
  };
  const own = firsts.flatMap(({ partition, offset, at, newestUpTo }) =>
    judge(
      { topic: topic.topic, partition },
      { offset, atMs: at.getTime(), newestUpToMs: newestUpTo.getTime() },
      { partition, offset, source: null },
    ),
  );
  const pointed = pointers.flatMap(({ pointer, atMs }) => {
    const source = {
      topic: pointer.sourceTopic,
      partition: pointer.sourcePartition,
      offset: pointer.sourceOffset,
    };
    if (atMs === null) {
      unknown.add('time');
      return [];
    }
    return judge(
      source,
      { offset: source.offset, atMs, newestUpToMs: atMs },
      { partition: pointer.partition, offset: pointer.offset, source },
    );
  });
  const first = soonestExpiry([...own, ...pointed].filter((each) => each.atMs < latestMs));
  return {
    topicId: topic.topicId,
    asOf,
    notTold: [...unknown],
    first: first && {
      at: new Date(first.atMs),
      by: first.by,
      sure: first.sure,
      partition: first.partition,
      offset: first.offset,
      source: first.source,
      retentionMs: first.retentionMs,
      segmentMs: first.segmentMs,
    },
  };
}

/** Keeps the clock of one cluster, and what waits in its retry topics: a look every 30 s. A look that fails is logged, and leaves what was known, with its age. */
export async function runClock(deps: RetryDeps, signal: AbortSignal): Promise<void> {
  const look = createClock(deps);
  const part = (what: string, work: () => Promise<void>) =>
    work().catch((error: unknown) =>
      deps.log(
        `${what} of ${deps.cluster.name} is not known: ${error instanceof Error ? error.message : String(error)}`,
      ),
    );
  while (!signal.aborted) {
    await part('when dead letters expire', look);
    await part('what waits in retry topics', () => lookAtRetries(deps));
    await sleep(lookMs, undefined, { signal }).catch(() => undefined);
  }
}
