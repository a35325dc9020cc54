import type { PayloadReader } from '#lib/broker/payload/payload-reader.ts';
import type { ClusterReader } from '#lib/broker/port/reader.ts';
import { examineRecords, requestedBytes } from '#lib/broker/sources/examine-records.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { Examine } from './freeze-manifest.ts';

/** To start a process takes longer than to read so many records here. */
const fewRecords = 5000;
/** A page of records that come to more would take the memory of the process that answers browsers: a small batch may expand a thousandfold. */
const fewBytes = 32 << 20;

/**
 * Reads the first records of a plan in this process, unless they are large, and all others in the one that decodes payloads, as soon as that has started: it
 * takes half of the work of a large plan off the core that also answers browsers.
 */
export function examineInTurn(
  reader: ClusterReader,
  payloads: Pick<PayloadReader, 'examine' | 'start'>,
  cluster: string,
): Examine {
  let begun = 0;
  let starting = false;
  let started = false;
  const start = () => {
    starting = true;
    const settled = () => {
      started = true;
    };
    // Where it can't be started, whoever asks it next is told.
    payloads.start().then(settled, settled);
  };
  return (request) => {
    begun += request.offsets.length;
    if (begun > fewRecords && !starting) start();
    if (!started && requestedBytes(request) <= fewBytes) return examineRecords(reader, request);
    const ask = () => payloads.examine({ cluster, ...request });
    // It may have died of a record that somebody looked at meanwhile.
    return ask().catch((error: unknown) => {
      if (error instanceof SluiceError && error.code === 'payload_unavailable') return ask();
      throw error;
    });
  };
}
