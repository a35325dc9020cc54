import { describe, expect, it } from 'vitest';
import { type LagReading, lagLines } from './lag-lines.ts';

const group = { cluster: 'main', groupId: 'pay', href: '/lag/main/pay', objectiveMs: 30_000 };
const readings = (
  ...all: [minute: number, lagRecords: bigint | null, lagMs: number | null][]
): LagReading[] =>
  all.map(([minute, lagRecords, lagMs]) => ({
    ...{ at: `2026-05-04T02:${String(minute).padStart(2, '0')}:00.000Z`, lagRecords, lagMs },
  }));
const told = (
  of: typeof group | (Omit<typeof group, 'objectiveMs'> & { objectiveMs: null }),
  all: LagReading[],
) => lagLines(of, all).map(({ at, what, detail }) => `${at.slice(14, 16)} ${what} (${detail})`);

describe('lagLines', () => {
  it('tells when it went over its objective, was furthest behind, and came back', () => {
    const seen = readings([0, 0n, 0], [1, 40n, 45_000], [2, 900n, 90_000], [3, 10n, 30_000], [4, 0n, 0]);
    expect(told(group, seen)).toEqual([
      '01 pay: time lag over its objective (45 s, the objective is 30 s)',
      '03 pay: time lag within its objective again (30 s, the objective is 30 s)',
      '02 pay: furthest behind (900 records)',
    ]);
  });

  it('takes nothing from what was not measured', () => {
    expect(told(group, readings([0, null, 45_000], [1, null, null], [2, null, 50_000]))).toEqual([
      '00 pay: time lag over its objective (45 s, the objective is 30 s)',
    ]);
  });

  it('without an objective tells only the worst, and of a group that kept up nothing', () => {
    const free = { ...group, objectiveMs: null };
    expect(told(free, readings([0, 1n, 99_000]))).toEqual(['00 pay: furthest behind (1 record)']);
    expect(told(free, readings([0, 0n, 0]))).toEqual([]);
  });

  it('is bounded for a group that swings all night', () => {
    const swinging = readings(
      ...Array.from({ length: 60 }, (_, n): [number, bigint, number] => [n, 0n, n % 2 === 0 ? 60_000 : 0]),
    );
    expect(lagLines(group, swinging)).toHaveLength(40);
  });
});
