import type { LogRecord } from '#lib/domain/kernel/record.ts';
import { sameHash, sentOf } from '#lib/domain/replays/batch.ts';
import { carriedHash } from '#lib/domain/replays/outgoing.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import type { ReadBackResult } from '#lib/domain/replays/run.ts';
import type { ExecutionDeps } from './deps.ts';
import { Hold } from './interruption.ts';
import { LandedPlaces } from './landed-places.ts';
import { readPortions } from './read-portions.ts';
import { settledBatches } from './settled-batches.ts';

const decoder = new TextDecoder();
const timeoutMs = 300_000;
const shownOrdinals = 100;
/** What others wrote between two landings is read too, for a second copy, up to so much: a slow replay into a busy topic has hours of it there. */
const bridgedOffsets = 5000n;

/**
 * Reads every landed record back by the client that did not write it: bytes and headers by hash, count, a second copy of any of them among or near
 * where they landed, and the order within each partition.
 */
export async function readBackReplay(deps: ExecutionDeps, replay: Replay): Promise<ReadBackResult> {
  const readBack = deps.readBacks.get(replay.cluster);
  if (!readBack) throw new Hold(`Cluster ${replay.cluster} is not configured on this worker.`);
  const { sent, diverted, missing } = await expectations(deps, replay);
  const different: number[] = [];
  let orderHeld = true;
  const readTopic = async (topic: string, expected: LandedPlaces): Promise<number> => {
    const lastOrdinals = new Map<number, number>();
    let equal = 0;
    await readPortions(readBack, {
      topic,
      ranges: expected.ranges(bridgedOffsets),
      timeoutMs,
      onRecord: (record: LogRecord) => {
        const wanted = expected.take(record.partition, record.offset);
        if (!wanted) {
          // A record of this replay where none of its batches landed would be a second copy.
          if (isOf(record, replay.id)) different.push(-1);
          return;
        }
        if (sameHash(carriedHash(record), wanted.hash)) equal++;
        else different.push(wanted.ordinal);
        if (wanted.ordinal < (lastOrdinals.get(record.partition) ?? -1)) orderHeld = false;
        lastOrdinals.set(record.partition, wanted.ordinal);
      },
    });
    return equal;
  };
  const checked = sent.size + diverted.size + missing.length;
  const [checkedDiverted, { diversion }] = [diverted.size, replay.plan ?? {}];
  let equal = await readTopic(replay.destination.topic, sent);
  const equalDiverted = diversion ? await readTopic(diversion.topic, diverted) : 0;
  equal += equalDiverted;
  for (const expected of [sent, diverted]) for (const ordinal of expected.left()) missing.push(ordinal);
  return {
    method: 'kafkajs, read_committed: SHA-256 over key, value and headers by name',
    checked,
    equal,
    different: different.slice(0, shownOrdinals),
    missing: missing.slice(0, shownOrdinals),
    orderHeld,
    ...(diversion && {
      diverted: { topic: diversion.topic, checked: checkedDiverted, equal: equalDiverted },
    }),
    at: deps.clock().toISOString(),
  };
}

async function expectations(deps: ExecutionDeps, replay: Replay) {
  const [sent, diverted] = [new LandedPlaces(), new LandedPlaces()];
  const missing: number[] = [];
  for await (const batch of settledBatches(deps, replay)) {
    const hashes = sentOf(batch);
    for (const [ordinal, outcome, partition, offset] of batch.outcome ?? []) {
      const hash = hashes.get(ordinal);
      if (outcome !== 'replayed' && outcome !== 'diverted') continue;
      if (partition === null || offset === null || hash === undefined) missing.push(ordinal);
      else (outcome === 'diverted' ? diverted : sent).add(partition, BigInt(offset), { ordinal, hash });
    }
  }
  return { sent, diverted, missing };
}

const isOf = (record: LogRecord, replayId: string): boolean =>
  record.headers.some(
    ({ name, value }) =>
      value !== null && decoder.decode(name) === 'sluice-replay-id' && decoder.decode(value) === replayId,
  );
