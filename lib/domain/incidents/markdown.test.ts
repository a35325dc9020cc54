import { describe, expect, it } from 'vitest';
import { incident, line, nothingJoined, replayFact } from '#fixtures/incident.ts';
import { incidentDocument } from './document.ts';
import { incidentMarkdown } from './markdown.ts';

const whole = { kept: false, part: { from: null, to: null } };
const origin = 'http://console';

describe('incidentMarkdown', () => {
  const notes = [
    {
      seq: '1',
      kind: 'note',
      text: 'Provider says\n# it is back',
      at: '2026-05-04T02:51:00.000Z',
      by: 'ben',
    },
    { seq: '2', kind: 'closed', text: 'over', at: '2026-05-04T03:20:00.000Z', by: 'ana' },
  ] as const;
  const joined = { ...nothingJoined, replays: [replayFact()], lines: [line('02:41:00')] };
  const text = incidentMarkdown(incidentDocument(incident, notes, joined, whole), origin);

  it('says everything to somebody who was not there', () => {
    expect(text).toContain('# Incident i-1: Payments fail');
    expect(text).toContain('Closed at 2026-05-04 03:20:00 UTC by ana: over');
    for (const title of ['What happened', 'Since when', 'What came back', 'What is still open', 'Timeline'])
      expect(text).toContain(`## ${title}`);
    expect(text).toContain('ben approved this seal');
    expect(text).toContain('2026-05-04 02:51:00 UTC · note · ben noted: Provider says \\# it is back');
  });

  it('freezes absolute time in its links', () => {
    expect(text).toContain(
      '<http://console/dead-letters/main/orders.dlq?from=2026-05-04T01%3A50%3A00.000Z&to=2026-05-04T03%3A20%3A00.000Z>',
    );
    expect(text).toContain('<http://console/incidents/i-1?from=');
  });

  it.each([
    '<script>alert(1)</script>',
    '[click](http://evil.invalid)',
    '![x](http://evil.invalid/p.png)',
    'see http://evil.invalid or www.evil.invalid',
    '`code` **bold** | table',
    '\u202egnp.exe',
    'a\n\n# heading\n- item',
    '&lt;b&gt; <!-- hidden -->',
  ])('lets no text become more than text: %j', (hostile) => {
    const fact = {
      ...{ cluster: 'main', topic: 'orders.dlq', fingerprint: 'f-1', title: hostile, arrived: 1, open: 1 },
      ...{ firstAt: incident.openedAt, lastAt: incident.openedAt },
    };
    const made = incidentMarkdown(
      incidentDocument(
        { ...incident, title: hostile },
        [{ seq: '1', kind: 'note', text: hostile, at: incident.openedAt, by: hostile }],
        {
          ...nothingJoined,
          topics: [
            {
              cluster: 'main',
              topic: 'orders.dlq',
              kind: 'dead_letter',
              arrived: 1,
              failureGroups: 1,
              atLeast: false,
              open: 1,
            },
          ],
          failures: [fact],
          lines: [line('02:41:00', { kind: 'failure', what: hostile, detail: hostile })],
        },
        whole,
      ),
      origin,
    );
    // What is left when every escaped sign is taken out.
    const bare = made.replaceAll(/\\[\p{P}\p{S}]/gu, '').replaceAll(/<http:\/\/console[^\s>]*>/g, '');
    expect(bare).not.toMatch(/[<`*[\]|&]|https?:\/\/|www\.|\u202e/);
    const lines = bare.split('\n').filter((each) => each !== '');
    expect(lines.filter((each) => each.startsWith('#')).length).toBe(10);
    expect(lines.every((each) => /^(# Incident|## |- |Open|As of|Keys and values)/.test(each))).toBe(true);
  });
});
