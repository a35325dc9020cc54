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
const stateOf = ({ state }: Examined) => [...new Set(state)].map((at) => examinedStates[at]);

it('reads the first 5,000 records here, and the others where payloads are decoded', async () => {
  const examine = vi.fn(elsewhere);
  const examined = examineInTurn(emptyLog, { examine }, 'main');
  for (let at = 0; at < 5; at++) expect(stateOf(await examined(page(1000, at * 1000)))).toEqual(['expired']);
  expect(examine).not.toHaveBeenCalled();
  const sixth = page(1000, 5000);
  await examined(sixth);
  expect(examine.mock.calls).toEqual([[{ cluster: 'main', ...sixth }]]);
});

it('reads large ones where payloads are decoded, from the first on', async () => {
  const examine = vi.fn(elsewhere);
  const examined = examineInTurn(emptyLog, { examine }, 'main');
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
  const examined = examineInTurn(emptyLog, { examine }, 'main');
  await examined(page(6000));
  expect(examine).toHaveBeenCalledTimes(2);
  examine.mockRejectedValueOnce(died).mockRejectedValueOnce(died);
  await expect(examined(page(1))).rejects.toBe(died);
  expect(examine).toHaveBeenCalledTimes(4);
});

it('asks nobody twice who answers that the broker is away', async () => {
  const away = new SluiceError('broker_unavailable', 'Nobody answers.');
  const examine = vi.fn(elsewhere).mockRejectedValueOnce(away);
  await expect(examineInTurn(emptyLog, { examine }, 'main')(page(6000))).rejects.toBe(away);
  expect(examine).toHaveBeenCalledTimes(1);
});
