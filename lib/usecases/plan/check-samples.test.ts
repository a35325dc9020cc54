import { expect, it } from 'vitest';
import type { PayloadReader } from '#lib/broker/payload/payload-reader.ts';
import type { RecordView } from '#lib/domain/dead-letters/record-view.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import { checkSamples, type SampleTerms } from './check-samples.ts';

const terms = (count: number, more: Partial<SampleTerms> = {}): SampleTerms => ({
  ...{ cluster: 'main', topicId: 't', mask: [], contract: { kind: 'subject', subject: 's', version: null } },
  entries: Array.from({ length: count }, (_, at) => ({ partition: 0, offset: BigInt(at) })),
  ...more,
});
type Read = PayloadReader['read'];
const shown = (state: 'fits' | 'violates' | 'unknown', encoding = 'avro') =>
  ({
    payload: { value: { encoding } },
    contract: { state, contract: null, path: '/a', expected: 'x', found: 'y', why: 'said' },
  }) as unknown as RecordView;

it('looks at no more than the sample, first and last among it, and tells what it saw of each', async () => {
  const asked: bigint[] = [];
  const read: Read = async ({ offset }) => {
    asked.push(offset);
    if (offset === 0n) return null;
    if (offset === 999n) throw new SluiceError('payload_unavailable', 'It expands too far.');
    return offset % 2n === 0n ? shown('fits') : shown('violates', offset > 900n ? 'null' : 'avro');
  };
  const found = await checkSamples({ read }, terms(1000), {
    records: 10,
    firstMs: 5000,
    ms: 5000,
    parallel: 2,
  });
  expect(asked.toSorted((a, b) => Number(a - b))).toEqual(
    [0, 111, 222, 333, 444, 555, 666, 777, 888, 999].map(BigInt),
  );
  const states = found.state === 'checked' ? found.samples.map((each) => each.state) : [];
  expect(states).toEqual([
    ...['unknown', 'violates', 'fits', 'violates', 'fits', 'violates', 'fits', 'violates', 'fits', 'unknown'],
  ]);
});

it('ends in time, and what was not looked at by then is unknown', async () => {
  let asked = 0;
  const read: Read = async () => {
    asked += 1;
    return asked <= 3 ? shown('fits') : new Promise(() => undefined);
  };
  const found = await checkSamples({ read }, terms(50), { records: 50, firstMs: 5000, ms: 50, parallel: 1 });
  const samples = found.state === 'checked' ? found.samples : [];
  expect(samples.map((each) => each.state)).toEqual([...Array(3).fill('fits'), ...Array(47).fill('unknown')]);
  expect(samples[3]).toMatchObject({ why: expect.stringContaining('in the 50 ms') });
});

it('gives the first record its own time, and looks at no other when that is over', async () => {
  let asked = 0;
  const read: Read = () => {
    asked += 1;
    return new Promise(() => undefined);
  };
  const found = await checkSamples({ read }, terms(5), { records: 5, firstMs: 20, ms: 5000, parallel: 2 });
  expect(asked).toBe(1);
  expect(found.state === 'checked' && found.samples.every((each) => each.state === 'unknown')).toBe(true);
});

it('reads nothing without a contract, and passes on what is no fault of a record', async () => {
  const read: Read = async () => {
    throw new TypeError('a bug');
  };
  const none = { kind: 'none', why: 'No flow declares this topic.' } as const;
  expect(await checkSamples({ read }, terms(5, { contract: none }))).toEqual({
    state: 'none',
    why: none.why,
  });
  await expect(checkSamples({ read }, terms(5))).rejects.toThrow('a bug');
});
