import { describe, expect, it } from 'vitest';
import { type ReplayVerb, replayCan, replayVerbs } from './replay-can.ts';
import { isTerminal, type ReplayState, replayStates } from './state.ts';

const holds: Readonly<Record<ReplayVerb, readonly ReplayState[]>> = {
  edit: ['draft'],
  plan: ['draft', 'planned', 'blocked'],
  submit: ['planned'],
  approve: ['awaiting_approval'],
  reject: ['awaiting_approval'],
  withdraw: ['draft', 'planned', 'blocked', 'awaiting_approval', 'approved'],
  start: ['approved'],
  pause: ['canary', 'ramping'],
  resume: ['paused'],
  abort: ['canary', 'ramping', 'paused'],
  'break-glass': ['planned', 'awaiting_approval'],
  review: [
    'canary',
    'ramping',
    'paused',
    'completed',
    'verifying',
    'verified',
    'came_back',
    'indeterminate',
    'aborted',
  ],
};
const subject = (state: ReplayState, approvalRound = 0) => ({ state, run: { approvalRound } });

describe('replayCan', () => {
  it.each(replayVerbs)('%s only in its states, with a reason in all others', (verb) => {
    for (const state of replayStates) {
      const capability = replayCan[verb](subject(state));
      expect(capability.allowed, `${verb} in ${state}`).toBe(holds[verb].includes(state));
      if (!capability.allowed) expect(capability.reason).toMatch(/\.$/);
    }
  });

  it('lets nothing happen to a replay that has ended but a look back', () => {
    for (const state of replayStates.filter(isTerminal))
      for (const verb of replayVerbs.filter((each) => each !== 'review'))
        expect(replayCan[verb](subject(state)).allowed).toBe(false);
  });

  it('takes approvals of a paused replay only after a came-back gate', () => {
    expect(replayCan.approve(subject('paused')).allowed).toBe(false);
    expect(replayCan.approve(subject('paused', 1)).allowed).toBe(true);
  });
});
