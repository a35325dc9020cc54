import type { Replay } from '#lib/domain/replays/replay.ts';
import type { ExecutionDeps } from './deps.ts';
import { Hold } from './interruption.ts';
import type { ExecutionSession } from './session.ts';

type Sealed = { topic: string; topicId: string | null };

const writtenTo = ({ destination, plan }: Replay) => [
  destination,
  ...(plan?.diversion ? [plan.diversion] : []),
];
const recreated = (topic: string): string => `${topic} was deleted or recreated since the plan was frozen`;

/** What stands under these names now. */
async function standing({ cluster }: Pick<ExecutionSession, 'cluster'>, topics: readonly Sealed[]) {
  const found = await cluster.admin.describeTopics(topics.map(({ topic }) => topic));
  return new Map(found.map((each) => [each.topic, each]));
}

/**
 * Source, destination and quarantine are still the topics that were sealed, those written to with as many partitions (invariant 8).
 * @throws Hold where one is not
 */
export async function compareTopics(
  deps: ExecutionDeps,
  session: Pick<ExecutionSession, 'cluster' | 'comparedAtMs'>,
  replay: Replay,
): Promise<void> {
  const atMs = deps.clock().getTime();
  const { source } = replay;
  const written = writtenTo(replay);
  const found = await standing(session, [source, ...written]);
  if (found.get(source.topic)?.topicId !== source.topicId) throw new Hold(`${recreated(source.topic)}.`);
  for (const { topic, topicId, partitions } of written) {
    const to = found.get(topic);
    if (to?.topicId !== topicId) throw new Hold(`${recreated(topic)}.`);
    if (to.partitions.length !== partitions)
      throw new Hold(
        `${topic} has ${to.partitions.length} partitions now, not ${partitions}: the order of keys would break.`,
      );
  }
  session.comparedAtMs = atMs;
}

/**
 * Why nothing that is asked of a topic by its name says anything of what was sent to it: another one stands there, or none. An id never comes back, so
 * that an answer which was there before this one is of the topic that was sealed, where this is null. Partitions that were added do not matter any more.
 */
export async function replacedTopic(
  session: Pick<ExecutionSession, 'cluster'>,
  replay: Replay,
): Promise<string | null> {
  const written = writtenTo(replay);
  const found = await standing(session, written);
  const other = written.find(({ topic, topicId }) => found.get(topic)?.topicId !== topicId);
  return other ? recreated(other.topic) : null;
}
