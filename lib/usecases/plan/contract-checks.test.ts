import { expect, it } from 'vitest';
import type { PayloadReader } from '#lib/broker/payload/payload-reader.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { CheckedContract } from '#lib/domain/schemas/contract.ts';
import { type CheckLimits, checkLimits, contractChecks } from './contract-checks.ts';

type Check = PayloadReader['check'];
const fits: CheckedContract = { state: 'fits' };
const breaks: CheckedContract = { state: 'violates', path: '/a', expected: 'x', found: 'y' };
const terms = {
  ...{ cluster: 'main', topicId: 't', mask: [] },
  contract: { kind: 'subject', subject: 's', version: null },
} as const;
const begin = (check: Check, limits: Partial<CheckLimits> = {}) =>
  contractChecks({ check }, terms, { ...checkLimits, ...limits }).begin();
const places = (count: number, from = 0) =>
  Array.from({ length: count }, (_, n) => ({ partition: n % 2, offset: BigInt(from + n), at: new Date(0) }));

it('looks at every record, a bite of one partition at a time, and answers in the order of the page', async () => {
  const bites: number[] = [];
  const round = begin(async ({ offsets, partition }) => {
    bites.push(offsets.length);
    expect(offsets.every((offset) => Number(offset) % 2 === partition)).toBe(true);
    // It stops early, as one that has run out of time does.
    return {
      contract: null,
      checked: offsets.slice(0, 3).map((offset) => (offset % 5n === 0n ? breaks : fits)),
    };
  });
  const page = places(20).map((place, at) => (at === 7 ? null : place));
  const checked = await round.check(page);
  expect(checked.map((each) => each?.state ?? null)).toEqual(
    page.map((place) => (place === null ? null : place.offset % 5n === 0n ? 'violates' : 'fits')),
  );
  expect(Math.max(...bites)).toBeGreaterThan(3);
});

it('tells of all the others when one record takes the process down', async () => {
  const round = begin(async ({ offsets }) => {
    if (offsets.includes(8n)) throw new SluiceError('payload_unavailable', 'It expands too far.');
    return { contract: null, checked: offsets.map(() => fits) };
  });
  const checked = await round.check(places(30));
  expect(checked.flatMap((each, at) => (each?.state === 'unknown' ? [{ at, why: each.why }] : []))).toEqual([
    { at: 8, why: 'It expands too far.' },
  ]);
});

it('ends in time, and what was not looked at by then is told apart', async () => {
  let asked = 0;
  const check: Check = async ({ offsets }) => {
    asked += 1;
    return asked <= 3
      ? { contract: null, checked: offsets.slice(0, 1).map(() => fits) }
      : new Promise(() => undefined);
  };
  const round = begin(check, { ms: 50, msPerRecord: 0, parallel: 1 });
  const checked = await round.check(places(50));
  expect(checked.filter((each) => each?.state === 'fits')).toHaveLength(3);
  expect(checked.at(-1)).toEqual({ state: 'not_reached' });
  expect(await round.check(places(2, 50))).toEqual([{ state: 'not_reached' }, { state: 'not_reached' }]);
  expect(asked).toBe(4);
});

it('has more time for more records, and asks no more of a process that says nothing in all of it', async () => {
  let asked = 0;
  const check: Check = async ({ offsets }) => {
    asked += 1;
    return asked === 1 ? { contract: null, checked: offsets.map(() => fits) } : new Promise(() => undefined);
  };
  const round = begin(check, { ms: 10, msPerRecord: 0.5, parallel: 1 });
  await round.check(places(1));
  expect(round.limitMs()).toBe(10.5);
  const began = performance.now();
  const silent = await round.check(places(100, 1));
  expect(performance.now() - began).toBeGreaterThan(50);
  expect(silent.every((each) => each?.state === 'not_reached')).toBe(true);
  await round.check(places(100, 101));
  expect([asked, round.limitMs()]).toEqual([2, 110.5]);
});

it('gives the first record its own time, and looks at no other when that is over', async () => {
  let asked = 0;
  const never: Check = () => {
    asked += 1;
    return new Promise(() => undefined);
  };
  const checked = await begin(never, { firstMs: 20 }).check(places(5));
  expect(asked).toBe(1);
  expect(checked.every((each) => each?.state === 'not_reached')).toBe(true);
});

it('reads nothing without a contract, and passes on what is no fault of a record', async () => {
  const broken: Check = async () => {
    throw new TypeError('a bug');
  };
  const none = { kind: 'none', why: 'No flow declares this topic.' } as const;
  const unasked = contractChecks({ check: broken }, { ...terms, contract: none });
  expect(unasked.none).toBe(none.why);
  expect(await unasked.begin().check(places(5))).toEqual([null, null, null, null, null]);
  await expect(begin(broken).check(places(5))).rejects.toThrow('a bug');
});
