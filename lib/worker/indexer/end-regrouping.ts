import { followStates } from '#lib/domain/dead-letters/follow-states.ts';
import type { IndexerDeps } from './deps.ts';
import type { WatchedTopic } from './watched.ts';

const actor = 'sluice';
/** Of each kind in the audit; the rest is counted. */
const toldMost = 100;

/**
 * When all rows of a topic are grouped by the rules of today: what is held about failure groups goes to where their letters went, where that is one place, and
 * the audit says what went and what could not. All of it in one transaction; nothing happens while some partition is not done.
 */
export async function endRegrouping(
  deps: Pick<IndexerDeps, 'database' | 'clock' | 'cluster' | 'reach'>,
  clusterId: string,
  { topicId, topic, flow }: WatchedTopic,
  { rules, target }: { rules: string; target: string },
): Promise<void> {
  const place = { clusterId, topicId };
  await deps.database.transact(async ({ failureMoves, deadLetterGrouping, audit }) => {
    const now = deps.clock();
    const [held, moves] = [await failureMoves.held(place, now), await failureMoves.moves(place)];
    const touched = new Set(held.map(({ fingerprint }) => fingerprint));
    for (const { from, to } of moves) if (touched.has(from)) touched.add(to);
    const letters = await failureMoves.letters(place, [...touched]);
    const { followed, left } = followStates(held, moves, (fingerprint) => letters.get(fingerprint) ?? 0);
    const rows = await deadLetterGrouping.end(place, target);
    if (rows === null) return;
    for (const each of followed) await failureMoves.follow(place, each, now);
    deps.reach?.('regroup_states_moved');
    await audit.append({
      ...{ actor, action: 'dead_letters.regroup', outcome: 'allowed', code: null },
      resource: `dead-letters/${deps.cluster.name}/${topic}`,
      detail: {
        ...{ cluster: deps.cluster.name, topic, topicId, flow },
        rules: { was: rules === '' ? null : rules, is: target },
        records: {
          looked: Number(rows.looked),
          changed: Number(rows.changed),
          byIndexAlone: Number(rows.byIndex),
          leftAsTheyWere: Number(rows.kept),
        },
        failureGroups: {
          gone: new Set(moves.map(({ from }) => from)).size,
          followed: followed.length,
          left: left.length,
        },
        followed: followed.slice(0, toldMost),
        left: left.slice(0, toldMost),
      },
    });
  });
}
