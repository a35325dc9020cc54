import { describe, expect, it } from 'vitest';
import { type FinalFacts, finalState } from './final-state.ts';

const proven: FinalFacts = {
  readBack: { method: 'test', checked: 9, equal: 9, different: [], missing: [], orderHeld: true, at: '' },
  unknown: 0,
  waiting: 0,
  cameBack: 0,
  hasTarget: true,
  quiet: true,
  replaced: null,
};
const readBack = (more: object) => ({ readBack: { ...proven.readBack, ...more } as FinalFacts['readBack'] });

describe('how a replay ends', () => {
  it('verified when everything is accounted for', () => {
    expect(finalState(proven)).toEqual({ state: 'verified', reason: null });
  });

  it('verified without a target as soon as it was read back: a quarantine', () => {
    expect(finalState({ ...proven, hasTarget: false, quiet: false, waiting: 3 })).toMatchObject({
      state: 'verified',
    });
  });

  it.each([
    [
      'nothing was read back',
      { readBack: null },
      'nothing could be read back, since an open transaction hid it for the whole wait',
    ],
    ['a record differs', readBack({ different: [4] }), '1 record not as sent'],
    ['records are missing', readBack({ missing: [4, 5] }), '2 records not found'],
    ['the order broke', readBack({ orderHeld: false }), 'order'],
    ['an outcome is unknown', { unknown: 1 }, 'outcome of 1 record is unknown'],
    ['some were not consumed past', { waiting: 2, quiet: false }, '2 records not consumed past'],
    [
      'the destination is another one, and nothing was read back',
      {
        replaced: 'orders was deleted or recreated since the plan was frozen',
        readBack: null,
        waiting: 9,
        quiet: false,
      },
      'orders was deleted or recreated since the plan was frozen; nothing could be read back; what the target has consumed is not known',
    ],
    ['the index did not read on', { quiet: false }, 'not known'],
  ] as const)('indeterminate when %s', (_, facts, reason) => {
    const ended = finalState({ ...proven, ...facts });
    expect(ended.state).toBe('indeterminate');
    expect(ended.reason).toContain(reason);
  });

  it('came back when any came back, with the doubts beside it', () => {
    const ended = finalState({ ...proven, cameBack: 2, unknown: 1 });
    expect(ended.state).toBe('came_back');
    expect(ended.reason).toBe('2 records came back; the outcome of 1 record is unknown');
  });
});
