/** What is held about a failure group: who has it, and whether it is muted or snoozed. */
export type HeldState = { fingerprint: string; claimed: boolean; quiet: boolean };
/** So many letters went from one failure group to another. */
export type GroupMove = { from: string; to: string; letters: number };

/** `quiet` is mute and snooze. What is not in `what` stays behind. */
export type Followed = { from: string; to: string; what: 'all' | 'claim' };
/**
 * `split`: not all of its letters went to one other group; `taken`: something is held about the other one already; `joined`: letters of others are
 * there too, and what nobody muted must not fall silent.
 */
export type LeftBehind = { fingerprint: string; why: 'split' | 'taken' | 'joined' };

/**
 * Which states go with their letters when failure groups change, and which can't: all letters of a group have to be in one new group. A claim may cover
 * more letters than before, a mute or a snooze may not.
 * @param lettersOf how many of the letters that were regrouped are in a group now
 */
export function followStates(
  states: readonly HeldState[],
  moves: readonly GroupMove[],
  lettersOf: (fingerprint: string) => number,
): { followed: Followed[]; left: LeftBehind[] } {
  const held = new Map(states.map((state) => [state.fingerprint, state]));
  const ways = states.map((state) => ({
    state,
    to: moves.filter((move) => move.from === state.fingerprint && move.letters > 0),
  }));
  const goal = (way: (typeof ways)[number]) =>
    way.to.length === 1 && lettersOf(way.state.fingerprint) === 0 ? (way.to[0]?.to ?? null) : null;
  const followed: Followed[] = [];
  const left: LeftBehind[] = [];
  for (const way of ways) {
    const { fingerprint, claimed, quiet } = way.state;
    if (way.to.length === 0) continue;
    const to = goal(way);
    if (to === null) left.push({ fingerprint, why: 'split' });
    else if (held.has(to) || ways.some((other) => other !== way && goal(other) === to))
      left.push({ fingerprint, why: 'taken' });
    else if (!quiet || lettersOf(to) <= (way.to[0]?.letters ?? 0))
      followed.push({ from: fingerprint, to, what: 'all' });
    else {
      if (claimed) followed.push({ from: fingerprint, to, what: 'claim' });
      left.push({ fingerprint, why: 'joined' });
    }
  }
  return { followed, left };
}
