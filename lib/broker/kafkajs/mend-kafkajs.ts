import { createRequire } from 'node:module';
import { linearHeaders, type RecordDecoder } from './linear-headers.ts';

const require = createRequire(import.meta.url);
const recordDecoder = require.resolve('kafkajs/src/protocol/recordBatch/record/v0/decoder.js');
/** What holds on to the record decoder once it is loaded, up to what kafkajs asks for anew at every fetch. */
const holders = /[\\/]kafkajs[\\/]src[\\/]protocol[\\/](recordBatch[\\/]v0|requests[\\/]fetch[\\/]v\d+)[\\/]/;
let mended = false;

/**
 * Puts `linearHeaders` in the place of kafkajs's decoder of records, in this process and for every consumer in it: kafkajs is not maintained
 * (ADR 49). In force from the next fetch on, whether or not kafkajs is loaded already.
 */
export function mendKafkajs(): void {
  if (mended) return;
  mended = true;
  const original: RecordDecoder = require(recordDecoder);
  const loaded = require.cache[recordDecoder];
  if (!loaded) throw new Error('kafkajs is not loaded as a CommonJS package any more: look at ADR 49.');
  loaded.exports = linearHeaders(original);
  for (const path of Object.keys(require.cache)) if (holders.test(path)) delete require.cache[path];
}
