import { BrokerFailure } from '#lib/broker/port/failure.ts';
import type { DeadLetterEntry } from '#lib/store/dead-letter-index.ts';
import type { IndexerDeps } from './deps.ts';
import type { Watch } from './watched.ts';

/** Anybody can write a pointer to anywhere: more places than this are not followed. */
const sourcesMax = 10_000;
/** Topics that the last look at the cluster did not show, asked for one by one in a round. */
const awayMax = 50;

type Followed = {
  topic: string;
  partition: number;
  /** Pointers below it are settled; null when all are, since the topic is gone. */
  settledBelow: bigint | null;
  /** The topic was not there at the last look. Only two looks in a row make it gone: it is for good. */
  missing: boolean;
};

/** Where the pointers of a cluster's dead-letter topics lead, and which of them lead nowhere by now. */
export type PointerSources = {
  /** Takes up the pointers among newly indexed entries. */
  note(entries: readonly DeadLetterEntry[]): void;
  /** Marks open pointers `unrecoverable` whose source has expired or was deleted. @throws BrokerFailure */
  settle(watch: Watch): Promise<void>;
};

export function followPointers(
  deps: Pick<IndexerDeps, 'cluster' | 'database' | 'clock' | 'log' | 'reach'>,
): PointerSources {
  const sources = new Map<string, Followed>();
  const loaded = new Set<string>();

  const follow = (topic: string | null, partition: number | null) => {
    if (topic === null || partition === null) return;
    const key = `${topic} ${partition}`;
    if (sources.size < sourcesMax || sources.has(key))
      sources.set(key, { topic, partition, settledBelow: 0n, missing: false });
  };

  const load = async ({ clusterId, topics }: Watch) => {
    for (const { topicId, topic } of topics) {
      if (loaded.has(topicId)) continue;
      const found = await deps.database.stores.deadLetterPointers.sources(clusterId, topicId, sourcesMax);
      for (const source of found) follow(source.topic, source.partition);
      loaded.add(topicId);
      if (sources.size >= sourcesMax)
        deps.log(
          `${topic}: its dead letters point into more than ${sourcesMax} partitions; not all are followed`,
        );
    }
  };

  const lose = async (watch: Watch, source: Followed, logStart: bigint | null) => {
    const { clusterId } = watch;
    deps.reach?.('pointers_judged');
    await deps.database.transact((stores) =>
      stores.deadLetterPointers.loseBelow(clusterId, source, logStart, deps.clock()),
    );
    deps.reach?.('pointers_lost');
    source.settledBelow = logStart;
  };

  /** Those that are not there; one that this principal may not see is not called gone. */
  const goneOf = async (names: readonly string[]): Promise<Set<string>> => {
    const gone = new Set<string>();
    for (const name of names) {
      try {
        if ((await deps.cluster.admin.describeTopics([name])).length === 0) gone.add(name);
      } catch (error) {
        if (!(error instanceof BrokerFailure) || error.kind !== 'not_authorized') throw error;
      }
    }
    return gone;
  };

  return {
    note(entries) {
      for (const { pointer, hop } of entries) if (pointer) follow(hop.topic, hop.partition);
    },
    async settle(watch) {
      await load(watch);
      const open = [...sources.values()].filter((each) => each.settledBelow !== null);
      if (open.length === 0) return;
      const there = new Set(watch.nameOfId.values());
      const away = new Set(open.map((each) => each.topic).filter((name) => !there.has(name)));
      const gone = await goneOf([...away].slice(0, awayMax));
      const alive = open.filter((each) => there.has(each.topic));
      const starts = await deps.cluster.groups.listOffsets(alive, 'earliest');
      const startOf = new Map(starts.map((each) => [`${each.topic} ${each.partition}`, each.offset]));
      for (const source of open) {
        const missing = gone.has(source.topic);
        if (missing && source.missing) await lose(watch, source, null);
        source.missing = missing;
        const start = startOf.get(`${source.topic} ${source.partition}`) ?? null;
        if (start !== null && source.settledBelow !== null && start > source.settledBelow)
          await lose(watch, source, start);
      }
    },
  };
}
