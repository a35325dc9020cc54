import { describe, expect, it } from 'vitest';
import { auditActions } from '#lib/domain/audit/action.ts';
import { auditHref, auditVerb } from './words.ts';

describe('audit lines in words', () => {
  it('has words for every action, done and refused', () => {
    for (const action of auditActions)
      for (const outcome of ['allowed', 'refused'] as const)
        expect(auditVerb({ action, outcome })).not.toContain(action);
  });
  it('says refusals as refusals', () =>
    expect(auditVerb({ action: 'replay.approve', outcome: 'refused' })).toBe('was refused to approve'));
  it('links replays and nothing that has no page', () => {
    expect(auditHref('replay/r-7f3a')).toBe('/replays/r-7f3a');
    expect(auditHref('user/ana')).toBeNull();
    expect(auditHref('replay')).toBeNull();
  });
});
