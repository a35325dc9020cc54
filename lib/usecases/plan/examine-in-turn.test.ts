import { expect, it, vi } from 'vitest';
import { BrokerFailure } from '#lib/broker/port/failure.ts';
import type { ClusterReader } from '#lib/broker/port/reader.ts';
import { type Examined, examinedStates, examineRecords } from '#lib/broker/sources/examine-records.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import { examineInTurn } from './examine-in-turn.ts';

const page = (records: number, first = 0) => ({
  topicId: '01234567-89ab-4def-8123-456789abcdef',
  partitions: new Int32Array(records),
  offsets: BigInt64Array.from({ length: records }, (_, at) => BigInt(first + at)),
  hashes: 'a'.repeat(64 * records),
  bytes: new Int32Array(records).fill(100),
  ...{ destinationPartitions: 3, divertedPartitions: null, keySpecs: [], valuesOf: [] },
});
/** A topic of which retention has taken everything. */
const emptyLog: ClusterReader = {
  fetch: () => Promise.reject(new BrokerFailure('offset_out_of_range', 'The log starts at 9000.')),
  fetchLog: () => Promise.reject(new TypeError('nobody asks for a whole log')),
  fetchOne: () => Promise.reject(new TypeError('nobody asks for one record')),
};
const elsewhere = (): Promise<Examined> => examineRecords(emptyLog, page(1));
const atOnce = () => Promise.resolve();
/** Behind the records that are read here. */
const further = async (examine: () => Promise<Examined>) => {
  const examined = examineInTurn(emptyLog, { examine, start: atOnce }, 'main');
  await examined(page(6000));
  return examined;
};
const stateOf = ({ state }: Examined) => [...new Set(state)].map((at) => examinedStates[at]);

it('reads the first 5,000 records here, and the others where payloads are decoded as soon as that can be asked', async () => {
  const examine = vi.fn(elsewhere);
  const { promise, resolve } = Promise.withResolvers<void>();
  const start = vi.fn(() => promise);
  const examined = examineInTurn(emptyLog, { examine, start }, 'main');
  for (let at = 0; at < 5; at++) expect(stateOf(await examined(page(1000, at * 1000)))).toEqual(['expired']);
  expect(start).not.toHaveBeenCalled();
  // It is started with the next, and read here while it does.
  for (let at = 5; at < 8; at++) expect(stateOf(await examined(page(1000, at * 1000)))).toEqual(['expired']);
  expect(start).toHaveBeenCalledTimes(1);
  expect(examine).not.toHaveBeenCalled();
  resolve();
  await promise;
  const ninth = page(1000, 8000);
  await examined(ninth);
  expect(examine.mock.calls).toEqual([[{ cluster: 'main', ...ninth }]]);
  expect(start).toHaveBeenCalledTimes(1);
});

it('asks a process that could not be started, which tells why', async () => {
  const broken = new SluiceError('payload_unavailable', 'It ended while it started.');
  const [examine, start] = [vi.fn(() => Promise.reject(broken)), vi.fn(() => Promise.reject(broken))];
  const examined = examineInTurn(emptyLog, { examine, start }, 'main');
  expect(stateOf(await examined(page(6000)))).toEqual(['expired']);
  await expect(examined(page(1))).rejects.toBe(broken);
});

it('reads large ones where payloads are decoded, from the first on', async () => {
  const examine = vi.fn(elsewhere);
  const examined = examineInTurn(emptyLog, { examine, start: atOnce }, 'main');
  await examined({ ...page(2), bytes: Int32Array.of(100, 60 << 20) });
  expect(examine).toHaveBeenCalledTimes(1);
  // Together more than 32 bits hold.
  await examined({ ...page(40), bytes: new Int32Array(40).fill(60 << 20) });
  expect(examine).toHaveBeenCalledTimes(2);
  await examined(page(2));
  expect(examine).toHaveBeenCalledTimes(2);
});

it('asks once more when the process has died of something, and not a third time', async () => {
  const died = new SluiceError('payload_unavailable', 'It ended while it read.');
  const examine = vi.fn(elsewhere).mockRejectedValueOnce(died);
  const examined = await further(examine);
  await examined(page(1));
  expect(examine).toHaveBeenCalledTimes(2);
  examine.mockRejectedValueOnce(died).mockRejectedValueOnce(died);
  await expect(examined(page(1))).rejects.toBe(died);
  expect(examine).toHaveBeenCalledTimes(4);
});

it('asks nobody twice who answers that the broker is away', async () => {
  const away = new SluiceError('broker_unavailable', 'Nobody answers.');
  const examine = vi.fn(elsewhere).mockRejectedValueOnce(away);
  const examined = await further(examine);
  await expect(examined(page(1))).rejects.toBe(away);
  expect(examine).toHaveBeenCalledTimes(1);
});
