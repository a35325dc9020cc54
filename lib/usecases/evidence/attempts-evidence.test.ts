import { expect, it } from 'vitest';
import { attemptsEvidence } from './attempts-evidence.ts';
import type { PlanningContext } from './context.ts';

const asked = (kind: 'retry' | 'quarantine', retried: number) =>
  attemptsEvidence({
    frozen: { summary: { records: 10 } },
    ...{ retried, retriedRoots: ['orders-0-1'], maxAttempt: 2, now: new Date(0) },
    replay: { clusterId: 'c' },
    destination: { kind },
    policy: { maxAttemptsPerLineage: 3 },
    stores: {
      lineageAttempts: {
        earlier: async () => [{ replayId: 'r-1', state: 'came_back', records: 4, at: new Date(0) }],
      },
    },
  } as unknown as PlanningContext);

it('says how often the records were replayed before, and how that ended', async () => {
  expect(await asked('retry', 4)).toMatchObject({
    status: 'warns',
    sentence:
      '4 of 10 have been replayed before: 4 records by r-1 (came back). This is attempt 2 of at most 3 for some.',
  });
  expect((await asked('retry', 0)).sentence).toBe('None of 10 records has been replayed before.');
});

it('does not call it an attempt to move them where nobody processes them', async () => {
  expect((await asked('quarantine', 4)).sentence).toContain(
    'Moving them into a quarantine is no attempt: some have had 2 of at most 3.',
  );
});
