import { describe, expect, it } from 'vitest';
import type { NotificationView } from '#lib/contract/alerts.ts';
import { deliveryNote, deliveryTitle, wantsText } from './delivery-words.ts';

const row = (more: Partial<NotificationView>) =>
  ({ state: 'waiting', attempts: 0, lastError: null, ...more }) as NotificationView;

describe('deliveries in words', () => {
  it.each<[Partial<NotificationView>, string]>([
    [{}, 'not tried yet'],
    [{ attempts: 1 }, '1 attempt'],
    [{ attempts: 3, lastError: 'No answer within 10 s.' }, '3 attempts · No answer within 10 s.'],
    [{ state: 'delivered', attempts: 2, lastError: null }, '2 attempts'],
    [{ state: 'gave_up', attempts: 9, lastError: 'It answered 500.' }, '9 attempts · It answered 500.'],
  ])('%o', (more, expected) => {
    expect(deliveryNote(row(more))).toBe(expected);
  });

  it('names what an endpoint wants, and what was told', () => {
    expect(wantsText({ on: ['slo_burn', 'group_stuck'], flows: ['payments*'] })).toBe(
      'slo burn, group stuck · flows payments*',
    );
    expect(wantsText({ on: [], flows: null })).toBe('nothing');
    expect(deliveryTitle({ event: 'recovered', title: 'pay stopped' })).toBe('Recovered: pay stopped');
  });
});
