import { describe, expect, it } from 'vitest';
import { type AlertMessage, renderMessage } from './message.ts';
import { retryWaitMs } from './retry.ts';
import { signatureOf, verifySignature } from './signature.ts';

const message: AlertMessage = {
  event: 'firing',
  kind: 'group_stuck',
  key: 'group_stuck:main/payments-service',
  severity: 'act',
  title: 'payments-service stopped',
  detail: '12 records <behind> & more',
  cluster: 'main',
  flow: 'payments',
  owner: 'team-payments',
  runbook: 'https://runbook.example/x|y',
  link: 'http://127.0.0.1:3000/lag/main/payments-service',
  since: '2026-05-04T10:00:00.000Z',
  at: '2026-05-04T10:00:15.000Z',
};
const more = { id: 'id-1', routingKey: 'r0uting' };
const render = (format: 'generic' | 'slack' | 'pagerduty', change: Partial<AlertMessage> = {}) =>
  JSON.parse(renderMessage(format, { ...message, ...change }, more));

describe('renderMessage', () => {
  it('generic: the message as it is, with its id and no routing key', () => {
    expect(render('generic')).toEqual({ version: 1, id: 'id-1', ...message });
  });

  it('slack: text and blocks, with what Slack reads as markup escaped', () => {
    const body = render('slack');
    expect(body.text).toBe('Firing: payments-service stopped');
    expect(body.blocks[0].text).toEqual({
      type: 'mrkdwn',
      text: '*Firing: payments-service stopped*\n12 records &lt;behind&gt; &amp; more',
    });
    expect(body.blocks[1].elements[0].text).toContain('<https://runbook.example/x%7Cy|Runbook>');
    expect(render('slack', { detail: '&'.repeat(9000) }).blocks[0].text.text.length).toBeLessThan(3000);
  });

  it.each([
    ['firing', 'trigger'],
    ['reminder', 'trigger'],
    ['recovered', 'resolve'],
    ['test', 'trigger'],
    ['test_over', 'resolve'],
  ] as const)('pagerduty: %s is %s of the same incident', (event, action) => {
    expect(render('pagerduty', { event })).toMatchObject({
      routing_key: 'r0uting',
      event_action: action,
      dedup_key: 'sluice:group_stuck:main/payments-service',
      payload: { severity: 'critical', summary: message.title, source: 'sluice/main' },
    });
  });

  it('pagerduty: long keys stay apart within 255 characters', () => {
    const keys = ['a', 'b'].map((first) => render('pagerduty', { key: first + 'x'.repeat(400) }).dedup_key);
    expect(keys[0]).not.toBe(keys[1]);
    for (const key of keys) expect(key.length).toBeLessThanOrEqual(255);
  });
});

describe('signature', () => {
  const now = new Date('2026-05-04T10:00:00.500Z');
  const header = signatureOf('s3cret', now, '{"a":"ä"}');

  it('is of the time and the body, and fits only them', () => {
    // Computed apart: printf '1777888800.{"a":"ä"}' | openssl dgst -sha256 -hmac s3cret
    expect(header).toBe('t=1777888800,v1=e41e89faf6a2267f0dc7d92e755bcabcafff7b403e6f9fa832aa159e474ba449');
    expect(verifySignature(header, 's3cret', '{"a":"ä"}', now)).toBe(true);
    expect(verifySignature(header, 's3cret', '{"a":"a"}', now)).toBe(false);
    expect(verifySignature(header, 'other', '{"a":"ä"}', now)).toBe(false);
    expect(verifySignature(header.replace('t=1', 't=2'), 's3cret', '{"a":"ä"}', now)).toBe(false);
    expect(verifySignature('', 's3cret', '', now)).toBe(false);
  });

  it('does not hold for ever', () => {
    expect(verifySignature(header, 's3cret', '{"a":"ä"}', new Date(now.getTime() + 301_000))).toBe(false);
  });
});

describe('retryWaitMs', () => {
  it('doubles from 5 s to 15 min, and waits longer when asked to, up to an hour', () => {
    expect([1, 2, 3, 9, 1000].map((attempts) => retryWaitMs(attempts, null))).toEqual([
      5_000, 10_000, 20_000, 900_000, 900_000,
    ]);
    expect(retryWaitMs(1, 60_000)).toBe(60_000);
    expect(retryWaitMs(1, 1e12)).toBe(3_600_000);
  });
});
