import { createRequire } from 'node:module';
import {
  type AnswerDecoder,
  everyBatch,
  type FetchedBatch,
  type FetchedPartition,
  type FetchedRecord,
  leaveOutAborted,
} from './fetched-records.ts';
import { linearHeaders, type RecordDecoder } from './linear-headers.ts';

const require = createRequire(import.meta.url);
const pathOf = (name: string): string => require.resolve(`kafkajs/src/protocol/${name}.js`);
/** What kafkajs decodes answers to a fetch with; it asks for these anew at every fetch. */
const decoders =
  /[\\/]kafkajs[\\/]src[\\/]protocol[\\/](recordBatch[\\/]v0|recordBatch[\\/]record[\\/]v0|requests[\\/]fetch[\\/]v\d+)[\\/]/;
/** The versions that know of transactions. */
const fetchVersions = [4, 5, 6, 7, 8, 9, 10, 11];

type Answer = { responses: { partitions: FetchedPartition[] }[] };
let mended = false;

/**
 * Wraps kafkajs's decoders of what is fetched, in this process and for every consumer in it: kafkajs is not maintained, and what it reads is anybody's
 * (ADR 49). In force from the next fetch on, whether or not kafkajs is loaded already.
 */
export function mendKafkajs(): void {
  if (mended) return;
  mended = true;
  for (const path of Object.keys(require.cache)) if (decoders.test(path)) delete require.cache[path];
  // From within outwards: each takes hold of the one before as it is loaded.
  wrap<RecordDecoder>('recordBatch/record/v0/decoder', linearHeaders);
  const decodeBatch: (decoder: AnswerDecoder) => Promise<FetchedBatch> = require(
    pathOf('recordBatch/v0/decoder'),
  );
  const decoderOf: new (bytes: Buffer) => AnswerDecoder = require(pathOf('decoder'));
  wrap<(decoder: AnswerDecoder) => Promise<FetchedRecord[]>>('requests/fetch/v4/decodeMessages', (decode) =>
    everyBatch(decode, decodeBatch, decoderOf),
  );
  for (const version of fetchVersions)
    wrap<{ decode: (answer: Buffer) => Promise<Answer>; parse: unknown }>(
      `requests/fetch/v${version}/response`,
      ({ decode, parse }) => ({ decode: async (bytes) => withoutAborted(await decode(bytes)), parse }),
    );
}

function wrap<Exports>(name: string, wrapped: (exports: Exports) => Exports): void {
  const path = pathOf(name);
  const original: Exports = require(path);
  const loaded = require.cache[path];
  if (!loaded) throw new Error('kafkajs is not loaded as a CommonJS package any more: look at ADR 49.');
  loaded.exports = wrapped(original);
}

function withoutAborted(answer: Answer): Answer {
  for (const { partitions } of answer.responses) partitions.forEach(leaveOutAborted);
  return answer;
}
