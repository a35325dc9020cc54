import { expect, it } from 'vitest';
import { followStates, type GroupMove, type HeldState } from './follow-states.ts';

const claimed = (fingerprint: string): HeldState => ({ fingerprint, claimed: true, quiet: false });
const muted = (fingerprint: string): HeldState => ({ fingerprint, claimed: false, quiet: true });
const both = (fingerprint: string): HeldState => ({ fingerprint, claimed: true, quiet: true });
const move = (from: string, to: string, letters = 3): GroupMove => ({ from, to, letters });

type Outcome = ReturnType<typeof followStates>;
it.each<[string, HeldState[], GroupMove[], Record<string, number>, Outcome]>([
  [
    'all letters of one are all letters of another: everything follows',
    [both('a')],
    [move('a', 'b')],
    { b: 3 },
    { followed: [{ from: 'a', to: 'b', what: 'all' }], left: [] },
  ],
  [
    'nothing moved: nothing to say',
    [muted('a')],
    [move('x', 'y')],
    { a: 4, y: 3 },
    { followed: [], left: [] },
  ],
  [
    'to two groups',
    [muted('a')],
    [move('a', 'b'), move('a', 'c')],
    { b: 3, c: 3 },
    { followed: [], left: [{ fingerprint: 'a', why: 'split' }] },
  ],
  [
    'some of them stay',
    [muted('a')],
    [move('a', 'b')],
    { a: 1, b: 3 },
    { followed: [], left: [{ fingerprint: 'a', why: 'split' }] },
  ],
  [
    'a mute must not silence what nobody muted',
    [muted('a')],
    [move('a', 'b')],
    { b: 4 },
    { followed: [], left: [{ fingerprint: 'a', why: 'joined' }] },
  ],
  [
    'of claim and mute only the claim goes to a larger group',
    [both('a')],
    [move('a', 'b')],
    { b: 9 },
    { followed: [{ from: 'a', to: 'b', what: 'claim' }], left: [{ fingerprint: 'a', why: 'joined' }] },
  ],
  [
    'a claim covers more than before',
    [claimed('a')],
    [move('a', 'b')],
    { b: 9 },
    { followed: [{ from: 'a', to: 'b', what: 'all' }], left: [] },
  ],
  [
    'what is held about the other one stands',
    [claimed('a'), claimed('b')],
    [move('a', 'b')],
    { b: 9 },
    { followed: [], left: [{ fingerprint: 'a', why: 'taken' }] },
  ],
  [
    'two that become one: whose it is, nobody knows',
    [claimed('a'), claimed('b')],
    [move('a', 'c'), move('b', 'c')],
    { c: 6 },
    {
      followed: [],
      left: [
        { fingerprint: 'a', why: 'taken' },
        { fingerprint: 'b', why: 'taken' },
      ],
    },
  ],
])('%s', (_, states, moves, letters, expected) => {
  expect(followStates(states, moves, (fingerprint) => letters[fingerprint] ?? 0)).toEqual(expected);
});
