import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Alert,
  type AlertEvent,
  type Condition,
  recoveredKeptMs,
  type Sighting,
  stepAlert,
} from './alert.ts';
import type { Timing } from './kind.ts';

const condition: Condition = {
  key: 'group_stuck:main/payments-service',
  kind: 'group_stuck',
  severity: 'act',
  title: 'payments-service stopped',
  detail: '12 records behind',
  cluster: 'main',
  flow: 'payments',
  scope: 'flow',
  href: '/lag/main/payments-service',
  owner: null,
  runbook: null,
};
const timing: Timing = { holdMs: 15, quietMs: 60, repeatMs: 1000 };
const start = Date.parse('2026-05-04T10:00:00Z');
const at = (ms: number) => new Date(start + ms);
const sightings: Record<'present' | 'absent' | 'unknown', Sighting> = {
  present: { seen: 'present', condition },
  absent: { seen: 'absent' },
  unknown: { seen: 'unknown' },
};

type Look = [atMs: number, seen: keyof typeof sightings];
/** Runs looks one after the other; what was told, and the phase it ended in. */
function run(looks: readonly Look[], of: Timing = timing) {
  let alert: Alert | null = null;
  const told: [number, AlertEvent][] = [];
  const phases: (string | null)[] = [];
  for (const [ms, seen] of looks) {
    const step = stepAlert(alert, sightings[seen], at(ms), of);
    alert = step.alert;
    phases.push(alert?.phase ?? null);
    if (step.notify) told.push([ms, step.notify]);
  }
  return { alert, told, phases };
}

describe('the life of an alert', () => {
  it.each<[string, Look[], (string | null)[], [number, AlertEvent][]]>([
    ['begins pending', [[0, 'present']], ['pending'], []],
    [
      'stays pending inside the hold time',
      [
        [0, 'present'],
        [14, 'present'],
      ],
      ['pending', 'pending'],
      [],
    ],
    [
      'fires when it held long enough',
      [
        [0, 'present'],
        [15, 'present'],
      ],
      ['pending', 'firing'],
      [[15, 'firing']],
    ],
    [
      'is forgotten when it goes inside the hold time',
      [
        [0, 'present'],
        [10, 'absent'],
      ],
      ['pending', null],
      [],
    ],
    [
      'begins its hold time again after a gap',
      [
        [0, 'present'],
        [10, 'absent'],
        [12, 'present'],
        [20, 'present'],
      ],
      ['pending', null, 'pending', 'pending'],
      [],
    ],
    [
      'waits while nothing can be told',
      [
        [0, 'present'],
        [20, 'unknown'],
      ],
      ['pending', 'pending'],
      [],
    ],
    [
      'is not told twice',
      [
        [0, 'present'],
        [15, 'present'],
        [16, 'present'],
        [500, 'present'],
      ],
      ['pending', 'firing', 'firing', 'firing'],
      [[15, 'firing']],
    ],
    [
      'is told again after the repeat time',
      [
        [0, 'present'],
        [15, 'present'],
        [1015, 'present'],
        [1016, 'present'],
      ],
      ['pending', 'firing', 'firing', 'firing'],
      [
        [15, 'firing'],
        [1015, 'reminder'],
      ],
    ],
    [
      'goes on firing inside the quiet time',
      [
        [0, 'present'],
        [15, 'present'],
        [20, 'absent'],
        [79, 'absent'],
        [80, 'present'],
      ],
      ['pending', 'firing', 'firing', 'firing', 'firing'],
      [[15, 'firing']],
    ],
    [
      'recovers once it was gone long enough',
      [
        [0, 'present'],
        [15, 'present'],
        [20, 'absent'],
        [80, 'absent'],
        [200, 'absent'],
      ],
      ['pending', 'firing', 'firing', 'recovered', 'recovered'],
      [
        [15, 'firing'],
        [80, 'recovered'],
      ],
    ],
    [
      'does not recover on what can’t be told',
      [
        [0, 'present'],
        [15, 'present'],
        [20, 'absent'],
        [60, 'unknown'],
        [90, 'absent'],
        [100, 'absent'],
      ],
      ['pending', 'firing', 'firing', 'firing', 'firing', 'firing'],
      [[15, 'firing']],
    ],
    [
      'begins anew after a recovery',
      [
        [0, 'present'],
        [15, 'present'],
        [20, 'absent'],
        [80, 'absent'],
        [90, 'present'],
        [105, 'present'],
      ],
      ['pending', 'firing', 'firing', 'recovered', 'pending', 'firing'],
      [
        [15, 'firing'],
        [80, 'recovered'],
        [105, 'firing'],
      ],
    ],
    [
      'is forgotten a day after its recovery',
      [
        [0, 'present'],
        [15, 'present'],
        [20, 'absent'],
        [80, 'absent'],
        [80 + recoveredKeptMs, 'absent'],
      ],
      ['pending', 'firing', 'firing', 'recovered', null],
      [
        [15, 'firing'],
        [80, 'recovered'],
      ],
    ],
    [
      'is nothing when nothing is there',
      [
        [0, 'absent'],
        [1, 'unknown'],
      ],
      [null, null],
      [],
    ],
  ])('%s', (_, looks, phases, told) => {
    expect(run(looks)).toMatchObject({ phases, told });
  });

  it('fires at once and recovers at once without hold and quiet time', () => {
    const of = { holdMs: 0, quietMs: 0, repeatMs: null };
    const { told, phases } = run(
      [
        [0, 'present'],
        [9, 'present'],
        [10, 'absent'],
      ],
      of,
    );
    expect(phases).toEqual(['firing', 'firing', 'recovered']);
    expect(told).toEqual([
      [0, 'firing'],
      [10, 'recovered'],
    ]);
  });

  it('keeps its words up to date while it is there, and its beginning', () => {
    const first = stepAlert(null, sightings.present, at(0), timing).alert;
    const worse = { ...condition, detail: '900 records behind' };
    expect(stepAlert(first, { seen: 'present', condition: worse }, at(20), timing).alert).toMatchObject({
      detail: '900 records behind',
      since: at(0),
      phase: 'firing',
    });
  });
});

const gap = fc.integer({ min: 1, max: 40 });
const anyLooks = fc
  .array(fc.tuple(gap, fc.constantFrom<keyof typeof sightings>('present', 'absent', 'unknown')), {
    maxLength: 120,
  })
  .map((steps) => {
    let ms = 0;
    return steps.map(([wait, seen]): Look => {
      ms += wait;
      return [ms, seen];
    });
  });

describe('whatever is seen in whatever order', () => {
  it('firings and recoveries alternate, and reminders come only between them', () => {
    fc.assert(
      fc.property(anyLooks, (looks) => {
        let open = false;
        for (const [, event] of run(looks, { ...timing, repeatMs: 50 }).told) {
          expect(event === 'firing').toBe(!open);
          if (event !== 'reminder') open = event === 'firing';
        }
      }),
    );
  });

  it('at most one notification for each change of phase', () => {
    fc.assert(
      fc.property(anyLooks, (looks) => {
        const { told, phases } = run(looks, { ...timing, repeatMs: null });
        const changes = phases.filter((phase, index) => phase !== (phases[index - 1] ?? null)).length;
        expect(told.length).toBeLessThanOrEqual(changes);
      }),
    );
  });

  it('once the condition is gone for good, every firing that was told has exactly one recovery', () => {
    fc.assert(
      fc.property(anyLooks, (looks) => {
        const end = looks.at(-1)?.[0] ?? 0;
        const { told } = run([...looks, [end + 1, 'absent'], [end + 1 + timing.quietMs, 'absent']]);
        const count = (event: AlertEvent) => told.filter(([, each]) => each === event).length;
        expect(count('recovered')).toBe(count('firing'));
      }),
    );
  });

  it('what never holds for the hold time is never told', () => {
    const flapping = fc.array(fc.tuple(fc.integer({ min: 1, max: 14 }), gap), { maxLength: 60 });
    fc.assert(
      fc.property(flapping, (flaps) => {
        let ms = 0;
        const looks = flaps.flatMap(([there, gone]): Look[] => {
          const begin = ms;
          ms += there + gone;
          return [
            [begin, 'present'],
            [begin + there, 'absent'],
          ];
        });
        expect(run(looks).told).toEqual([]);
      }),
    );
  });
});
