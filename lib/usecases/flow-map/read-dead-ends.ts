import type { Flow } from '#lib/domain/flows/flow.ts';
import type { Database } from '#lib/store/database.ts';
import type { StoredWave } from '#lib/store/dead-letter-waves.ts';
import { indexView } from '../dead-letter-views.ts';

/** Counts of now, the last five minutes, hour and day. */
export type Arrivals = {
  open: number;
  m5: number;
  h1: number;
  d1: number;
  caughtUp: boolean;
  asOf: string;
};
export type Wave = StoredWave['topics'][number] & { asOf: Date };

/** What the index and the clock know of one cluster's dead-letter, quarantine and retry topics, by topic. */
export type DeadEnds = {
  arrivals: ReadonlyMap<string, Arrivals>;
  /** Topics that the index has taken up. */
  indexed: ReadonlySet<string>;
  waves: readonly Wave[];
};

/** Reads Postgres only: four questions a cluster, whatever the number of flows. */
export async function readDeadEnds(
  { stores }: Pick<Database, 'stores'>,
  cluster: string,
  flows: readonly Flow[],
  now: Date,
): Promise<DeadEnds> {
  const named = new Set(flows.flatMap(({ deadLetters, quarantine }) => [deadLetters, quarantine]));
  const topics = (await stores.deadLetters.topicsOf(cluster)).filter(({ topic }) =>
    named.has(topic as never),
  );
  const [first] = topics;
  if (!first) return { arrivals: new Map(), indexed: new Set(), waves: [] };
  const { clusterId } = first;
  const topicIds = topics.map(({ topicId }) => topicId);
  const [summaries, states, waves] = await Promise.all([
    stores.deadLetterSummaries.summaries({ clusterId, topicIds, without: [] }, now),
    stores.deadLetterSummaries.indexStates(clusterId, topicIds),
    stores.deadLetterWaves.of(clusterId, topicIds),
  ]);
  const arrivals = topics.flatMap(({ topic, topicId }) => {
    const state = states.find((each) => each.topicId === topicId);
    if (!state) return [];
    const summary = summaries.find((each) => each.topicId === topicId);
    const { index, asOf } = indexView(state, now);
    const { m5 = 0, h1 = 0, d1 = 0, open = 0 } = summary ?? {};
    return [[topic, { m5, h1, d1, open, caughtUp: index.caughtUp, asOf }] as const];
  });
  return {
    arrivals: new Map(arrivals),
    indexed: new Set(topics.map(({ topic }) => topic)),
    waves: waves.flatMap(({ asOf, topics: waiting }) => waiting.map((each) => ({ ...each, asOf }))),
  };
}
