import { describe, expect, it } from 'vitest';
import { incident, line, nothingJoined, replayFact } from '#fixtures/incident.ts';
import type { IncidentEntry } from './about.ts';
import { type HandoverPart, handover, handoverParts } from './handover.ts';
import type { Joined, LetterDecision, TopicFact } from './joined.ts';

const said = (part: HandoverPart, joined: Partial<Joined> = {}, entries: IncidentEntry[] = []): string =>
  handover(incident, entries, { ...nothingJoined, ...joined })
    .find((answer) => answer.part === part)
    ?.sentences.join('\n') ?? '';

const failure = {
  ...{ cluster: 'main', topic: 'orders.dlq', fingerprint: 'f-1', title: 'ProviderDown: no answer' },
  ...{ arrived: 1000, open: 30, firstAt: '2026-05-04T02:41:00.000Z', lastAt: '2026-05-04T02:49:00.000Z' },
};
const topic: Omit<TopicFact, 'arrived' | 'open'> = {
  ...{ cluster: 'main', topic: 'orders.dlq', kind: 'dead_letter', atLeast: false, failureGroups: 2 },
};

describe('handover', () => {
  it('answers every question, also when nothing is to be said', () => {
    const answers = handover(incident, [], nothingJoined);
    expect(answers.map(({ part }) => part)).toEqual([...handoverParts]);
    for (const { sentences } of answers) expect(sentences.join(' ').length).toBeGreaterThan(20);
  });

  it('what happened: lag at its worst, dead letters by failure group, alerts, deploys', () => {
    const group = { cluster: 'main', groupId: 'payments-service', flow: 'payments', status: null };
    const text = said('happened', {
      groups: [
        {
          ...{ ...group, lagRecords: '18204' },
          peak: { lagRecords: '18204', at: '2026-05-04T02:50:00.000Z' },
          peakTime: { lagMs: 540_000, at: '2026-05-04T02:50:00.000Z' },
        },
        {
          ...group,
          groupId: 'idle',
          lagRecords: '0',
          peak: { lagRecords: '0', at: incident.openedAt },
          peakTime: null,
        },
      ],
      topics: [{ ...topic, arrived: 1240, open: 40 }],
      failures: [
        failure,
        { ...failure, fingerprint: 'f-0', arrived: 240, firstAt: '2026-05-01T00:00:00.000Z' },
      ],
      lines: [
        line('02:41:30', {
          id: 'alert/firing/1',
          kind: 'alert',
          what: 'alert fired',
          detail: 'payments-service stopped',
        }),
        line('02:30:00', { kind: 'marker', what: 'payments 1.2' }),
      ],
    });
    expect(text).toContain('payments-service was at most 18,204 records behind at 2026-05-04 02:50:00 UTC');
    expect(text).toContain('at most 9 minutes late');
    expect(text).not.toContain('idle');
    expect(text).toContain('1,240 dead letters arrived in orders.dlq, of 2 failure groups, 1 of them new.');
    const cut = said('happened', {
      topics: [{ ...topic, arrived: 1240, open: 40, failureGroups: 300, atLeast: true }],
      failures: [failure],
    });
    expect(cut).toContain(
      'At least 1,240 dead letters arrived in orders.dlq, of 300 failure groups, 1 of the 1 largest new.',
    );
    expect(cut).toContain('And 295 more failure groups of orders.dlq.');
    expect(text).toContain('1,000 dead letters of the failure group f-1 (ProviderDown: no answer)');
    expect(text).toContain('1 alert fired: payments-service stopped.');
    expect(text).toContain('payments 1.2 at 2026-05-04 02:30:00 UTC');
  });

  it('since when: the span with its look back, and the first sign in it', () => {
    const first = line('02:41:00', { kind: 'failure', what: 'failure group first seen', detail: 'f-1' });
    const text = said('since', { lines: [line('02:00:00'), first] });
    expect(text).toContain('Opened by ana at 2026-05-04 02:50:00 UTC, with a look back of 60 minutes');
    expect(text).toContain('The first sign in it: 2026-05-04 02:41:00 UTC, failure group first seen: f-1.');
  });

  it('who decided what on which evidence', () => {
    const text = said('decided', { replays: [replayFact()] });
    expect(text).toContain(
      'ana asked at 2026-05-04 02:52:00 UTC to send 212 records of orders.dlq to orders.retry',
    );
    expect(text).toContain('because “Provider back since 02:49” (INC-204)');
    expect(text).toContain(`Its seal is ${'9f2c'.repeat(16)}, under policy version 3.`);
    expect(text).toContain('ben approved this seal at 2026-05-04 02:55:00 UTC: “looks right”.');
    expect(text).toContain('Evidence for r-1 when it was frozen: 1 good, 1 warning and 1 unknown.');
    expect(text).toContain('Evidence for r-1, warning: 14 keys have newer records.');
    expect(text).toContain(
      'Evidence for r-1, unknown: Readers without a group are not known. Kafka does not tell.',
    );
  });

  it('says who started alone, who rejected, and when an approval was of another seal', () => {
    const glass = { by: 'ana', at: incident.openedAt, reason: 'nobody awake', reviewedBy: null };
    const approvals = [
      {
        by: 'cleo',
        decision: 'reject',
        at: incident.openedAt,
        comment: null,
        digest: 'a'.repeat(64),
      } as const,
    ];
    const text = said('decided', { replays: [replayFact({ breakGlass: glass, approvals })] });
    expect(text).toContain('cleo rejected another seal (aaaaaaaaaaaa)');
    expect(text).toContain('ana started it alone, without approval');
    expect(text).toContain('Nobody has reviewed that yet.');
    expect(said('decided', { replays: [replayFact({ approvals: [] })] })).toContain(
      'Nobody approved or rejected it.',
    );
  });

  it('counts what went in and out, and never takes a copy for a replay', () => {
    const dismissed: LetterDecision = {
      ...{ at: incident.openedAt, by: 'ana', verb: 'dismissed', topic: 'orders.dlq', records: 12 },
      ...{ reason: 'test orders', digest: 'd'.repeat(64) },
    };
    const copy = replayFact({ id: 'r-9', purpose: 'preserve' });
    const text = said('records', {
      topics: [{ ...topic, arrived: 1240, open: 40, atLeast: true }],
      replays: [replayFact(), copy],
      letterDecisions: [dismissed],
    });
    expect(text).toContain('In: at least 1,240 dead letters arrived.');
    expect(text).toContain('Out: 200 records replayed by 1 replay, 12 dead letters dismissed.');
    expect(text).toContain(
      'Replay r-1, of 212 records: 200 replayed and 12 skipped. 199 records were consumed past.',
    );
    expect(text).toContain('It does not prove business success.');
    expect(said('decided', { letterDecisions: [dismissed] })).toContain('because “test orders”');
  });

  it('what came back, with its draft; and does not call unproven what is proven nowhere', () => {
    expect(said('cameBack', { replays: [replayFact()] })).toBe(
      'From replay r-1 1 record of 200 came back. Drafted for them: r-2.',
    );
    const none = { ...replayFact().progress, cameBack: 0 };
    expect(said('cameBack', { replays: [replayFact({ progress: none, state: 'verified' })] })).toBe(
      'Nothing came back from replay r-1.',
    );
    expect(
      said('cameBack', { replays: [replayFact({ progress: none, state: 'verifying', terminal: false })] }),
    ).toContain('not proven');
  });

  it('what is open: dead letters, replays, groups, alerts, and the incident itself', () => {
    const text = said('open', {
      topics: [{ ...topic, arrived: 0, open: 40 }],
      replays: [replayFact({ id: 'r-2', state: 'draft', terminal: false })],
      groups: [
        {
          ...{ cluster: 'main', groupId: 'g', flow: null, status: 'stopped', lagRecords: '5' },
          ...{ peak: null, peakTime: null },
        },
      ],
      firing: [{ key: 'k', title: 'g stopped', since: incident.openedAt }],
    });
    expect(text).toContain('40 dead letters of orders.dlq are open.');
    expect(text).toContain('Replay r-2 is draft.');
    expect(text).toContain('Consumer group g is stopped, 5 records behind.');
    expect(text).toContain('An alert fires since 2026-05-04 02:50:00 UTC: g stopped.');
    expect(text).toContain('The incident itself is open.');
    const closed = { seq: '1', kind: 'closed', text: 'over', at: incident.openedAt, by: 'ben' } as const;
    expect(said('open', {}, [closed])).toContain('closed, by ben');
    expect(said('open', {}, [closed, { ...closed, seq: '2', kind: 'reopened' }])).toContain('itself is open');
  });

  it('says what is not known: gaps, unknown outcomes, lag that nobody measured, what was cut', () => {
    const unknown = { ...replayFact().progress, unknown: 3 };
    const text = said('unknown', {
      gaps: ['The lag of cluster main took too long to add up.'],
      replays: [
        replayFact({ progress: unknown, state: 'indeterminate', stateReason: 'It waited too long.' }),
      ],
      groups: [
        {
          cluster: 'main',
          groupId: 'g',
          flow: null,
          status: null,
          lagRecords: null,
          peak: null,
          peakTime: null,
        },
      ],
      topics: [{ ...topic, arrived: 0, open: null }],
      linesLeftOut: 7,
    });
    expect(text).toContain('took too long to add up');
    expect(text).toContain('Of 3 records of replay r-1 nobody can tell whether it was written.');
    expect(text).toContain('How replay r-1 ended could not be told: It waited too long.');
    expect(text).toContain('No lag was measured of g');
    expect(text).toContain('could not be counted');
    expect(text).toContain('7 lines of the timeline are left out');
  });
});
