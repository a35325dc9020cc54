import type { DeadLetterTopic } from '#lib/contract/dead-letter-topic.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import type { TopicClaims } from '#lib/store/failure-states.ts';
import type { DeadLetterDeps } from '../dead-letter-access.ts';
import { listDeadLetterTopics } from '../list-dead-letter-topics.ts';
import type { TopicTriage } from './from-dead-letters.ts';

const most = 500;

/** One has it only when nothing open of the topic is without somebody. */
function claimsOf(claims: TopicClaims | undefined): Pick<TopicTriage, 'claimedBy' | 'claims'> {
  if (!claims || claims.claimed === 0) return { claimedBy: null, claims: null };
  const names = claims.by.join(', ');
  return claims.claimed === claims.open
    ? { claimedBy: names, claims: null }
    : {
        claimedBy: null,
        claims: `${claims.claimed} of ${claims.open} open failure groups claimed by ${names}`,
      };
}

/** Dead-letter topics with the numbers of what asks for somebody: failure groups that are muted or snoozed are not in them. */
export async function askingTopics(
  deps: DeadLetterDeps,
  principal: Principal,
): Promise<{ items: DeadLetterTopic[]; triageOf: (topic: DeadLetterTopic) => TopicTriage }> {
  const { failureStates } = deps.database.stores;
  const now = deps.clock();
  const quiet = await failureStates.quiet(now, { snoozed: true });
  const [{ items }, claims] = await Promise.all([
    listDeadLetterTopics(deps, principal, { limit: most, after: null }, quiet),
    failureStates.claims(now),
  ]);
  return {
    items,
    triageOf: ({ topicId }) => ({
      quiet: quiet.filter((place) => place.topicId === topicId).length,
      ...claimsOf(claims.find((each) => each.topicId === topicId)),
    }),
  };
}
