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
  it('writes lists, objects, units and absence', () => {
    expect(sheetText(['retry', 'quarantine'])).toBe('retry, quarantine');
    expect(sheetText({ key: 'orderId', required: true })).toBe('key orderId · required yes');
    expect(sheetText({ records: 20, settleMs: 3000, maxCameBackRatio: 0.02 })).toBe(
      'records 20 · settle 3 s · max came back ratio 2%',
    );
    expect(sheetText(200_000_000, 'maxBytes')).toBe('200 MB');
    expect(sheetText(null)).toBeNull();
    expect(sheetText([])).toBe('none');
  });
  it('labels by words', () => {
    expect(sheetLabel('maxDurationMs')).toBe('Max duration');
    expect(sheetLabel('approvalTtlMs')).toBe('Approval holds for');
    expect(sheetLabel('idempotencyKey')).toBe('Idempotency key');
  });
});
