import { describe, expect, it } from 'vitest';
import type { EdgePressure, MapEdgeView } from '#lib/contract/flow-map.ts';
import { charactersIn, cutMiddle } from './cut-middle.ts';
import { arrowHead, edgePath } from './edge-path.ts';
import { worstFirst } from './map-table.tsx';
import { pressureLine, pressureSentence, pressureSign } from './pressure-words.ts';
import { scaleOf, zoomByKey, zoomed } from './zoom.ts';

const asOf = '2026-11-26T02:41:00.000Z';
const lag = (more: Partial<Extract<EdgePressure, { measure: 'lag' }>> = {}): EdgePressure => ({
  ...{ measure: 'lag', status: 'ok', lagRecords: '0', lagMs: 0, lagMsError: 0 },
  ...{ produceRate: 48.2, consumeRate: null, asOf },
  ...more,
});
const arrivals = (m5: number, h1: number, open: number, caughtUp = true): EdgePressure => ({
  ...{ measure: 'arrivals', m5, h1, open, caughtUp, asOf },
});
const none: EdgePressure = { measure: 'none', why: 'The collector has not seen the group.' };
const edge = (kind: MapEdgeView['kind'], pressure: EdgePressure, id = kind as string): MapEdgeView => ({
  ...{ id, kind, from: 'a', to: 'b', flows: ['f'], pressure },
});

describe('what stands on an edge', () => {
  it.each<[string, MapEdgeView, string, string]>([
    ['a group that keeps up', edge('consumes', lag()), 'ok', 'no lag'],
    [
      'one that stopped',
      edge('consumes', lag({ status: 'stopped', lagRecords: '18204', lagMs: 560_000 })),
      'stopped',
      '18,204 · 9 min',
    ],
    [
      'a great deal',
      edge('consumes', lag({ status: 'lagging', lagRecords: '12345678', lagMs: null })),
      'lagging',
      '12.3 M',
    ],
    [
      'an unknown lag',
      edge('consumes', lag({ status: 'unknown', lagRecords: null, lagMs: null })),
      'unknown',
      'lag not known',
    ],
    ['a group that was not seen', edge('consumes', none), 'unknown', ''],
    ['an old reading', edge('consumes', lag({ asOf: '2026-11-26T02:29:00.000Z' })), 'ok', '12 min old'],
    ['dead letters that arrive', edge('dead_letters', arrivals(3, 48, 1240)), 'arriving', '1,240 · 48/h'],
    ['dead letters that lie there', edge('dead_letters', arrivals(0, 0, 1240)), 'open', '1,240'],
    ['an index that is behind', edge('dead_letters', arrivals(0, 0, 7, false)), 'open', '≥ 7'],
    ['no dead letter', edge('dead_letters', arrivals(0, 0, 0)), 'none open', '0'],
    ['what is held', edge('quarantines', arrivals(2, 2, 5)), 'held', '5'],
    [
      'what waits in a retry topic',
      edge('retries', { measure: 'waiting', waitingRecords: 12, dueFirstAt: null, asOf }),
      'waiting',
      '12 records',
    ],
    ['an effect', edge('effect', { measure: 'none', why: 'not seen by Sluice' }), 'not seen', ''],
  ])('%s', (_, of, word, line) => {
    expect([pressureSign(of).word, pressureLine(of, asOf)]).toEqual([word, line]);
  });

  it('is told in a sentence, with its age where it is old, and with why where it is not known', () => {
    const old = edge(
      'consumes',
      lag({ status: 'stopped', lagRecords: '18204', lagMs: 560_000, asOf: '2026-11-26T02:40:00.000Z' }),
    );
    expect(pressureSentence(old, asOf)).toBe(
      'stopped: 18,204 records behind, 9 min 20 s time lag, in 48.2/s, out unknown (1 min ago)',
    );
    expect(pressureSentence(edge('consumes', none), asOf)).toBe('The collector has not seen the group.');
    expect(pressureSentence(edge('dead_letters', arrivals(1, 2, 3, false)), asOf)).toBe(
      'at least 3 open, 1 came in within 5 min, 2 within 1 h',
    );
  });

  it('is listed worst first, and what nobody can measure last', () => {
    const edges = [
      edge('effect', none, 'effect'),
      edge('consumes', lag(), 'fine'),
      edge('consumes', none, 'dark'),
      edge('consumes', lag({ status: 'lagging', lagRecords: '5' }), 'lagging'),
      edge('consumes', lag({ status: 'stalled', lagRecords: '5' }), 'stalled'),
      edge('consumes', lag({ status: 'stopped', lagRecords: '1' }), 'stopped, little'),
      edge('consumes', lag({ status: 'stopped', lagRecords: '9' }), 'stopped, much'),
      edge('dead_letters', arrivals(1, 1, 1), 'dead'),
    ];
    expect(worstFirst(edges).map(({ id }) => id)).toEqual([
      'stopped, much',
      'stopped, little',
      'stalled',
      'lagging',
      'dead',
      'dark',
      'fine',
      'effect',
    ]);
  });
});

describe('the drawing', () => {
  it('cuts a name in its middle', () => {
    expect(cutMiddle('orders.v1', 9)).toBe('orders.v1');
    expect(cutMiddle('orders.v1.notifications.quarantine', 20)).toBe('orders.v1.…uarantine');
    expect(charactersIn(200, 'line')).toBeGreaterThan(charactersIn(200, 'name'));
  });

  it('draws level where it is level, and as a curve where it is not', () => {
    expect(
      edgePath([
        [0, 5],
        [10, 5],
        [30, 25],
      ]),
    ).toBe('M0 5H10C20 5 20 25 30 25');
    expect(edgePath([])).toBe('');
    expect(arrowHead([30, 25], 'right')).toBe('M23 21L30 25L23 29z');
    expect(arrowHead([0, 5], 'left')).toBe('M7 1L0 5L7 9z');
  });

  it('is fitted to its room, never enlarged, and zoomed in steps', () => {
    const picture = { width: 2000, height: 1000 };
    expect(scaleOf('width', picture, { width: 1000, height: 200 })).toBe(0.5);
    expect(scaleOf('whole', picture, { width: 1000, height: 200 })).toBe(0.2);
    expect(scaleOf('width', picture, { width: 4000, height: 200 })).toBe(1);
    expect(scaleOf('width', picture, null)).toBe(1);
    expect(scaleOf(1.5, picture, null)).toBe(1.5);
    expect([zoomed(0.6, 'in'), zoomed(0.6, 'out'), zoomed(2, 'in'), zoomed(0.2, 'out')]).toEqual([
      0.7, 0.5, 2, 0.2,
    ]);
    expect([zoomByKey('+', 1), zoomByKey('-', 1), zoomByKey('0', 1), zoomByKey('x', 1)]).toEqual([
      1.25,
      0.85,
      'whole',
      null,
    ]);
  });
});
