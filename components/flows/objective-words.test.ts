import { describe, expect, it } from 'vitest';
import type { FlowObjective } from '#lib/contract/flows.ts';
import { deadLetterSentence, objectiveSentence, rateText } from './objective-words.ts';

const objective = (more: Partial<FlowObjective>): FlowObjective => ({
  status: 'met',
  speed: null,
  timeLagMs: 30_000,
  target: 0.99,
  periodMs: 86_400_000,
  compliance: 0.998,
  coverage: 1,
  burn: [{ windowMs: 3_600_000, rate: 0.2, coverage: 1 }],
  deadLetters: { status: 'none', perHour: null, lastHour: null },
  asOf: '2026-05-04T10:00:00.000Z',
  ...more,
});

describe('objectives in words', () => {
  it.each<[string, Partial<FlowObjective>, RegExp]>([
    ['met', {}, /30 s: kept\. 99\.8% of the measured minutes .* the target is 99%\.$/],
    ['none', { status: 'none', timeLagMs: null }, /^No objective/],
    [
      'unknown',
      { status: 'unknown', compliance: null, coverage: 0.04 },
      /too little was measured to tell \(4% of/,
    ],
    [
      'burning',
      { status: 'burning', speed: 'fast', burn: [{ windowMs: 3_600_000, rate: 24, coverage: 1 }] },
      /burns fast\. At the rate of the last hour \(24×\) the budget of 30 days is gone in 1 d 6 h\. 99\.8% /,
    ],
    [
      'burning with an hour that was hardly measured',
      {
        status: 'burning',
        speed: 'fast',
        compliance: null,
        burn: [{ windowMs: 3_600_000, rate: null, coverage: 0.2 }],
      },
      /burns fast\. The target is 99%\.$/,
    ],
  ])('%s', (_, more, expected) => {
    expect(objectiveSentence(objective(more))).toMatch(expected);
  });

  it('never shows an unknown as a number', () => {
    expect(
      deadLetterSentence(objective({ deadLetters: { status: 'unknown', perHour: 10, lastHour: null } })),
    ).toContain("can't be told");
    expect(rateText(0)).toBe('0×');
    expect(rateText(14.4)).toBe('14×');
  });
});
