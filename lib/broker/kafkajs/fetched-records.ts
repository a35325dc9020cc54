/** A record as kafkajs has decoded it, or a marker. */
export type FetchedRecord = {
  offset: string;
  key: Buffer | null;
  /** What kafkajs counts as read and hands to nobody. */
  isControlRecord: boolean;
  batchContext: { producerId: string; inTransaction: boolean };
};

export type FetchedPartition = {
  messages: FetchedRecord[];
  abortedTransactions: { producerId: string; firstOffset: string }[] | null;
};

/** A record batch; `records` are those that compaction has left of it. */
export type FetchedBatch = FetchedRecord['batchContext'] & {
  firstOffset: string;
  lastOffsetDelta: number;
  records: FetchedRecord[];
};

/** What kafkajs reads the answer to a fetch with. */
export type AnswerDecoder = {
  offset: number;
  readInt32(): number;
  readBytes(length: number): Buffer;
  canReadBytes(length: number): boolean;
};

const magicAt = 16;
const magicOfBatches = 2;
const overheadBytes = 49;
const abort = 0;
const kindAt = 2;

/**
 * Leaves out what was aborted, by Kafka's own rule: from the first offset of an aborted transaction to its producer's abort marker. kafkajs takes
 * the broker's list as one in order of first offsets, which it is not (a transaction may begin within another and be aborted before it), and a record
 * whose key is that of a marker for one: it then hands over what nobody else reads.
 */
export function leaveOutAborted(partition: FetchedPartition): void {
  const begun = (partition.abortedTransactions ?? [])
    .map(({ producerId, firstOffset }) => ({ producerId, first: BigInt(firstOffset) }))
    .sort((a, b) => (a.first < b.first ? -1 : 1));
  // kafkajs is to filter nothing by it.
  partition.abortedTransactions = [];
  if (begun.length === 0) return;
  const aborting = new Set<string>();
  let next = 0;
  for (const record of partition.messages) {
    const offset = BigInt(record.offset);
    for (let each = begun[next]; each && each.first <= offset; each = begun[++next])
      aborting.add(each.producerId);
    const { producerId, inTransaction } = record.batchContext;
    if (!record.isControlRecord) record.isControlRecord = inTransaction && aborting.has(producerId);
    else if (record.key?.readInt16BE(kindAt) === abort) aborting.delete(producerId);
  }
}

/**
 * kafkajs's decoder of what a partition has in an answer, for batches of any number of records (its own overflows the stack at some hundred
 * thousand, which fit into one batch) and for those of which compaction has left the last record out, or all: by its own, the position would stay
 * before them, for ever where nothing stands behind.
 */
export function everyBatch<Decoder extends AnswerDecoder>(
  decode: (decoder: Decoder) => Promise<FetchedRecord[]>,
  decodeBatch: (decoder: Decoder) => Promise<FetchedBatch>,
  decoderOf: new (bytes: Buffer) => Decoder,
): (decoder: Decoder) => Promise<FetchedRecord[]> {
  return async (decoder) => {
    const start = decoder.offset;
    const size = decoder.readInt32();
    const bytes = size > 0 && decoder.canReadBytes(size) ? decoder.readBytes(size) : null;
    if (bytes === null || bytes.length <= magicAt || bytes.readInt8(magicAt) !== magicOfBatches) {
      decoder.offset = start;
      return decode(decoder);
    }
    const records: FetchedRecord[] = [];
    const batches = new decoderOf(bytes);
    while (batches.canReadBytes(overheadBytes)) {
      const batch = await decodeBatch(batches).catch(nullIfPartial);
      if (batch === null) break;
      for (const record of batch.records) records.push(record);
      const last = String(BigInt(batch.firstOffset) + BigInt(batch.lastOffsetDelta));
      if (batch.records.at(-1)?.offset !== last)
        records.push({ offset: last, key: null, isControlRecord: true, batchContext: batch });
    }
    return records;
  };
}

/** The last batch of an answer may be cut off. */
function nullIfPartial(error: Error): null {
  if (error.name === 'KafkaJSPartialMessageError') return null;
  throw error;
}
