import { isDeepStrictEqual } from 'node:util';
import type { CommittedOffset } from '#lib/broker/port/groups.ts';
import type { ClusterPoll, PolledEnds } from './poll-cluster.ts';

/**
 * The poll, with the very objects of the one before wherever it says the same of a group or of a topic's ends. Whether anything changed is one
 * comparison then, and what was answered anew is garbage at once.
 */
export function settlePoll(poll: ClusterPoll, before: ClusterPoll | null): ClusterPoll {
  if (before === null) return poll;
  return {
    ...poll,
    descriptions: settled(poll.descriptions, before.descriptions, isDeepStrictEqual),
    committed: settled(poll.committed, before.committed, isSameCommitted),
    shareOffsets: settled(poll.shareOffsets, before.shareOffsets, isDeepStrictEqual),
    ends: settled(poll.ends, before.ends, isSameEnds),
  };
}

function settled<T>(
  now: ReadonlyMap<string, T>,
  before: ReadonlyMap<string, T>,
  isSame: (a: T, b: T) => boolean,
): ReadonlyMap<string, T> {
  const result = new Map<string, T>();
  for (const [name, said] of now) {
    const earlier = before.get(name);
    result.set(name, earlier !== undefined && isSame(said, earlier) ? earlier : said);
  }
  return result;
}

type Committed = readonly CommittedOffset[] | Error;

function isSameCommitted(a: Committed, b: Committed): boolean {
  if (a instanceof Error || b instanceof Error || a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) {
    const [one, other] = [a[at], b[at]];
    if (
      one?.partition !== other?.partition ||
      one?.offset !== other?.offset ||
      one?.topic !== other?.topic ||
      one?.metadata !== other?.metadata
    )
      return false;
  }
  return true;
}

type Ends = readonly (PolledEnds | undefined)[];

function isSameEnds(a: Ends, b: Ends): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) {
    const [one, other] = [a[at], b[at]];
    if (
      one?.highWatermark !== other?.highWatermark ||
      one?.lastStable !== other?.lastStable ||
      one?.logStart !== other?.logStart ||
      one?.failure?.kind !== other?.failure?.kind
    )
      return false;
  }
  return true;
}
