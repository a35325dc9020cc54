import { describe, expect, it } from 'vitest';
import { boundaryMark, effectsOf, sheetLabel, sheetText } from './boundary.ts';

const flow = (boundary: Record<string, unknown>) => ({ boundary });

describe('the mark of a boundary', () => {
  it.each([
    [
      { effects: [{ what: 'charge', external: true, idempotencyKey: 'orderId' }], replay: 'conditional' },
      'external effect · replay conditional',
    ],
    [{ effects: [], state: 'transactional', replay: 'safe' }, 'transactional · replay safe'],
    [{ effects: [], state: 'none', time: 'event', replay: 'never' }, 'event time · replay never'],
    [
      { effects: [{ what: 'row', external: false, idempotencyKey: null }], replay: 'safe' },
      'own sink · replay safe',
    ],
    [{}, 'no effect · replay not declared'],
  ])('%j', (boundary, mark) => expect(boundaryMark(flow(boundary))).toBe(mark));
  it('skips effects of a shape it does not know', () =>
    expect(effectsOf(flow({ effects: ['x', { what: 'y' }] }))).toEqual([
      { what: 'y', external: false, idempotencyKey: null },
    ]));
});

describe('a sheet', () => {
  it('writes lists, objects and absence', () => {
    expect(sheetText(['retry', 'quarantine'])).toBe('retry, quarantine');
    expect(sheetText({ key: 'orderId', required: true })).toBe('key: orderId · required: true');
    expect(sheetText(null)).toBeNull();
    expect(sheetText([])).toBeNull();
  });
  it('labels by words', () => {
    expect(sheetLabel('maxDurationMs')).toBe('Max duration');
    expect(sheetLabel('idempotencyKey')).toBe('Idempotency key');
  });
});
