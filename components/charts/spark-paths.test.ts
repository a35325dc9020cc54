import { describe, expect, it } from 'vitest';
import { sparkPaths } from './spark-paths.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 22, 2, minute)).toISOString();

describe('a sparkline', () => {
  it('breaks where nothing was measured', () => {
    const { line, dots } = sparkPaths(
      [
        [at(0), '0'],
        [at(1), '4'],
        [at(2), null],
        [at(3), '4'],
        [at(4), '8'],
      ],
      42,
      11,
    );
    expect(line).toBe('M1 9.5L11 5.5M31 5.5L41 1.5');
    expect(dots).toEqual([]);
  });
  it('draws a lone value as a dot', () =>
    expect(
      sparkPaths(
        [
          [at(0), null],
          [at(1), 3],
          [at(2), null],
        ],
        42,
        11,
      ).dots,
    ).toEqual([[21, 1.5]]));
  it('lies flat at zero and has nothing to say about nothing', () => {
    expect(
      sparkPaths(
        [
          [at(0), 0],
          [at(1), 0],
        ],
        42,
        11,
      ).line,
    ).toBe('M1 9.5L41 9.5');
    expect(sparkPaths([], 42, 11)).toEqual({ line: '', dots: [] });
  });
});
