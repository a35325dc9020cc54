import { describe, expect, it } from 'vitest';
import { line } from '#fixtures/incident.ts';
import { mergeTimeline } from './timeline.ts';

const span = { from: '2026-05-04T02:00:00.000Z', to: '2026-05-04T03:00:00.000Z', most: 100 };
const told = (...sources: Parameters<typeof mergeTimeline>[0]) =>
  mergeTimeline(sources, span).lines.map(({ at, what, count }) => `${at.slice(11, 16)} ${what} ${count}`);

describe('mergeTimeline', () => {
  it('puts the lines of all sources in order of time, each once', () => {
    const deploy = line('02:41:00', { kind: 'marker', what: 'payments 1.2' });
    const alert = line('02:40:00', { kind: 'alert', what: 'alert fired' });
    expect(told([deploy], [alert, deploy])).toEqual(['02:40 alert fired 1', '02:41 payments 1.2 1']);
  });

  it('of one moment first what happened, then what was decided, then what was noted', () => {
    const at = (kind: 'note' | 'decision' | 'alert') => line('02:10:00', { id: kind, kind, what: kind });
    expect(told([at('note'), at('decision'), at('alert')])).toEqual([
      '02:10 alert 1',
      '02:10 decision 1',
      '02:10 note 1',
    ]);
  });

  it('leaves out what lies before and after, and keeps both ends', () => {
    const times = ['01:59:59', '02:00:00', '03:00:00', '03:00:01'];
    const lines = times.map((time) => line(time, { kind: 'marker', what: time }));
    expect(told(lines)).toEqual(['02:00 02:00:00 1', '03:00 03:00:00 1']);
  });

  it('folds a storm of the same into one line with its end, but not what stands between', () => {
    const storm = ['02:01:00', '02:02:00', '02:03:00'].map((time) => line(time, { count: 2 }));
    const { lines } = mergeTimeline(
      [storm, [line('02:30:00')], [line('02:20:00', { kind: 'note', what: 'n' })]],
      span,
    );
    expect(lines.map(({ count, until }) => [count, until])).toEqual([
      [6, '2026-05-04T02:03:00.000Z'],
      [1, null],
      [1, null],
    ]);
  });

  it('never folds what people did', () => {
    const twice = ['02:01:00', '02:02:00'].map((time) => line(time, { kind: 'replay', what: 'paused' }));
    expect(told(twice)).toEqual(['02:01 paused 1', '02:02 paused 1']);
  });

  it('says how many it leaves out', () => {
    const lines = ['02:01:00', '02:02:00', '02:03:00'].map((time) =>
      line(time, { kind: 'marker', what: time }),
    );
    const cut = mergeTimeline([lines], { ...span, most: 2 });
    expect([cut.lines.length, cut.leftOut]).toEqual([2, 1]);
  });
});
