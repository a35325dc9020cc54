import { describe, expect, it } from 'vitest';
import { quietUntilProblem } from '#lib/domain/dead-letters/quiet-until.ts';
import { quietChoices, quietUntil } from './quiet-choices.ts';

describe('every choice of how long', () => {
  it.each(quietChoices.map(({ value, label }) => [label, Number(value)] as const))(
    '%s is taken by a server whose clock is half a minute behind or ahead',
    (_, ms) => {
      const now = Date.parse('2026-11-26T03:00:00Z');
      for (const offMs of [-30_000, 30_000])
        expect(quietUntilProblem(new Date(quietUntil(ms, now)), new Date(now + offMs))).toBeNull();
    },
  );
});
