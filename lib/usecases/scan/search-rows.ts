import type { PayloadReader } from '#lib/broker/payload/payload-reader.ts';
import type { SearchRequest, SearchView } from '#lib/broker/payload/protocol.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';

/** Of one request, so that progress is seen, a cancel is heard, and others get their turn. */
const stepMs = 1500;
const stepBytes = 8 * 1024 * 1024;
/** Records that may end the process which reads them, before the whole scan is given up. */
const crashesMax = 3;

export type Budget = { bytesLeft: number; msLeft: number };
export type SearchStep = (
  place: { partition: number; offsets: readonly bigint[] },
  budget: Budget,
) => Promise<SearchView>;

const isCrash = (error: unknown): error is SluiceError =>
  error instanceof SluiceError && error.code === 'payload_unavailable';
const unreadable: SearchView = {
  settled: 1,
  bytes: 0,
  found: [],
  gone: 0,
  unreadable: 1,
  partly: 0,
  withheld: 0,
  undecoded: 0,
};

/**
 * One step after the other over records of a partition. When the process that reads dies, the first of them is tried alone; if it dies again, that record is
 * unreadable, and the scan goes on with the next. @throws SluiceError `payload_unavailable` after some of these; `broker_unavailable`, `record_gone`
 */
export function searchSteps(
  payloads: Pick<PayloadReader, 'search'>,
  of: Pick<SearchRequest, 'cluster' | 'topicId' | 'mask' | 'search'>,
): SearchStep {
  let crashes = 0;
  return async ({ partition, offsets }, { bytesLeft, msLeft }) => {
    const ask = (some: readonly bigint[]) =>
      payloads.search({
        ...of,
        partition,
        offsets: some,
        maxBytes: Math.min(stepBytes, bytesLeft),
        maxMs: Math.min(stepMs, msLeft),
      });
    try {
      return await ask(offsets);
    } catch (error) {
      if (!isCrash(error)) throw error;
    }
    try {
      return await ask(offsets.slice(0, 1));
    } catch (error) {
      if (!isCrash(error)) throw error;
      crashes += 1;
      if (crashes >= crashesMax) throw error;
      return unreadable;
    }
  };
}
