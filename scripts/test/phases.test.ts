import { expect, it } from 'vitest';
import { allPhases, parts, togetherOf } from './phases.ts';

it('runs every phase once, in order, and beside each other only checks that no bound of time can fail', () => {
  const groups = togetherOf(allPhases);
  expect(groups.flat()).toEqual(allPhases);
  expect(new Set(groups.flat().map(({ name }) => name)).size).toBe(allPhases.length);
  expect(groups.filter(({ length }) => length > 1).map((group) => group.map(({ name }) => name))).toEqual([
    ['types', 'lint', 'import rules'],
  ]);
});

it('has each phase in some part', () => {
  expect(new Set(Object.values(parts).flat())).toEqual(new Set(allPhases));
});
