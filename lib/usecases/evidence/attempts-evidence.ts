import type { Evidence } from '#lib/domain/replays/evidence.ts';
import { amount, countOf } from '#lib/domain/replays/sentences.ts';
import type { EarlierAttempt } from '#lib/store/lineage-attempts.ts';
import { answer, type PlanningContext } from './context.ts';

const namedMost = 3;

const ended = ({ replayId, state, records }: EarlierAttempt) =>
  `${countOf(records, 'record')} by ${replayId} (${state === null ? 'its outcome is not stored' : state.replaceAll('_', ' ')})`;

/** Earlier attempts of the same lineage roots, across topics and replays, and how the replays that made them ended. */
export async function attemptsEvidence(context: PlanningContext): Promise<Evidence> {
  const { frozen, retried, retriedRoots, maxAttempt, replay, destination, stores, policy } = context;
  const { summary } = frozen;
  const cap = policy.maxAttemptsPerLineage;
  if (retried === 0)
    return answer(context, 'attempts', {
      status: 'good',
      sentence: `None of ${countOf(summary.records, 'record')} has been replayed before.`,
      value: { retried: 0, maxAttempt, cap, earlier: [] },
      denominator: summary.records,
    });
  const earlier = await stores.lineageAttempts.earlier(replay.clusterId, retriedRoots);
  const others = earlier.length - namedMost;
  // Nobody processes what lies in a quarantine.
  const now =
    destination.kind === 'quarantine'
      ? `Moving them into a quarantine is no attempt: some have had ${maxAttempt} of at most ${cap}`
      : `This is attempt ${maxAttempt} of at most ${cap} for some`;
  return answer(context, 'attempts', {
    status: 'warns',
    sentence: `${amount(retried)} of ${amount(summary.records)} have been replayed before: ${earlier.slice(0, namedMost).map(ended).join('; ')}${others > 0 ? `; and ${countOf(others, 'replay')} more` : ''}. ${now}.`,
    value: {
      retried,
      maxAttempt,
      cap,
      askedOf: retriedRoots.length,
      earlier: earlier.map(({ replayId, state, records, at }) => ({
        replay: replayId,
        state,
        records,
        at: at.toISOString(),
      })),
    },
    denominator: summary.records,
  });
}
