import { BrokerFailure } from '#lib/broker/port/failure.ts';
import { roughDuration } from '#lib/domain/lag/wording.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { isDatabaseFailure } from '#lib/store/failure.ts';
import { cursorGroup, ledgerTopic, transactionalId } from './deps.ts';
import { Hold } from './interruption.ts';

/** Failures with no success between them, and since when. */
export type FailureStreak = { failures: number; sinceMs: number; forMs: number };
export const noFailure: FailureStreak = { failures: 0, sinceMs: 0, forMs: 0 };

export const oneMore = ({ failures, sinceMs }: FailureStreak, nowMs: number): FailureStreak => {
  const since = failures === 0 ? nowMs : sinceMs;
  return { failures: failures + 1, sinceMs: since, forMs: nowMs - since };
};

const failuresMost = 8;
/** Brokers and databases that are restarted one after the other are back by then, on a slow machine too. */
const patienceMs = 120_000;
const refusalsMost = 3;

/**
 * Whether to try no more: a person has to look. By time and number both: a broker that is restarted refuses connections many times a second, and one that
 * lets calls run out of time is asked seldom. A right that was taken away does not come back by asking.
 */
export function givingUp(
  replay: Pick<Replay, 'id' | 'destination'>,
  error: Error,
  { failures, forMs }: FailureStreak,
): Hold | null {
  const refused = error instanceof BrokerFailure && error.kind === 'not_authorized';
  if (refused && failures >= refusalsMost) return new Hold(permissionLost(replay, error.message));
  if (failures < failuresMost || forMs < patienceMs) return null;
  const said = `for ${roughDuration(forMs)}, ${failures} times in a row: ${error.message}`;
  if (error instanceof BrokerFailure)
    return new Hold(`The broker has failed ${said}`, { gate: 'broker_errors' });
  if (isDatabaseFailure(error)) return new Hold(`The database has failed ${said}`, { gate: 'broker_errors' });
  // No gate: neither of them is to blame, and an abort would help nobody.
  return new Hold(`This worker has failed ${said}`);
}

const permissionLost = (
  { id, destination: { topic } }: Pick<Replay, 'id' | 'destination'>,
  said: string,
): string =>
  `The broker does not allow this worker what sending to ${topic} takes: ${said} Give its principal WRITE and DESCRIBE on ${topic}, WRITE on the transactional id ${transactionalId(id, 0)}, and READ on the group ${cursorGroup(id)} (of several shards: on all ids and groups that begin with sluice.) and on ${ledgerTopic} (and CREATE, where that topic is not there yet); then resume. Nothing is lost or sent twice by that.`;
