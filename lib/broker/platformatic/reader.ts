import { BrokerFailure } from '../port/failure.ts';
import {
  type ClusterReader,
  type FetchAnswer,
  type FetchedLog,
  type FetchRequest,
  unreadableAt,
} from '../port/reader.ts';
import type { BrokerLink } from './connection.ts';
import { fetchPartition } from './fetch-call.ts';
import { decodePieces, offsetAfter } from './record-batch.ts';

const isolationLevels = { read_uncommitted: 0, read_committed: 1 } as const;
const noSession = { id: 0, epoch: -1 };
const anyEpoch = -1;
const callMarginMs = 10_000;
/** What one batch may expand to. Batches are a megabyte on the wire by default; text shrinks about tenfold. */
const defaultExpandedBytesMax = 64 * 1024 * 1024;

/**
 * ClusterReader by raw Fetch v17: topic ids, explicit offsets, no group. What is not the client's job is done here: markers and
 * aborted transactions are left out by `abortedTransactions`, and every batch is expanded under a limit.
 */
export function createReader(
  link: Pick<BrokerLink, 'toLeader'>,
  options: { expandedBytesMax?: number } = {},
): ClusterReader {
  const limitBytes = options.expandedBytesMax ?? defaultExpandedBytesMax;

  const fetchLog = async (request: FetchRequest): Promise<FetchedLog> => {
    const maxWaitMs = request.maxWaitMs ?? 0;
    const topics = [
      {
        topicId: request.topicId,
        partitions: [
          {
            partition: request.partition,
            currentLeaderEpoch: anyEpoch,
            fetchOffset: request.offset,
            lastFetchedEpoch: anyEpoch,
            partitionMaxBytes: request.maxBytes,
          },
        ],
      },
    ];
    const subject = `Fetch of ${request.topicId}-${request.partition} at ${request.offset}`;
    const answer = await link.toLeader(
      { topicId: request.topicId, partition: request.partition },
      subject,
      (connection) =>
        fetchPartition.async(
          connection,
          maxWaitMs,
          1,
          request.maxBytes,
          isolationLevels[request.isolation],
          noSession.id,
          noSession.epoch,
          topics,
          [],
          '',
        ),
      { lane: 'fetch', deadlineMs: maxWaitMs + callMarginMs },
    );
    const aborted = request.isolation === 'read_committed' ? answer.aborted : [];
    return {
      nextOffset: offsetAfter(answer.log) ?? request.offset,
      logStart: answer.logStart,
      lastStable: answer.lastStable,
      highWatermark: answer.highWatermark,
      pieces: (piece) =>
        decodePieces(answer.log, {
          partition: request.partition,
          from: request.offset,
          aborted,
          limitBytes,
          piece,
        }),
    };
  };

  const fetch = async (request: FetchRequest): Promise<FetchAnswer> => {
    const { pieces, ...log } = await fetchLog(request);
    // Many batches, each within its limit, can hold gigabytes together: what is behind the limit is left for the next fetch.
    const [first] = pieces({ records: Number.POSITIVE_INFINITY, bytes: limitBytes });
    return {
      ...log,
      nextOffset: first?.nextOffset ?? log.nextOffset,
      partition: request.partition,
      records: first?.records ?? [],
      unreadable: first?.unreadable ?? [],
    };
  };

  return {
    fetch,
    fetchLog,
    async fetchOne(request) {
      const answer = await fetch(request).catch((error: unknown) => {
        if (error instanceof BrokerFailure && error.kind === 'offset_out_of_range') return null;
        throw error;
      });
      const found = answer?.records.find((record) => record.offset === request.offset);
      if (found) return found;
      const unreadable = answer && unreadableAt(answer, request.offset);
      if (unreadable)
        throw new BrokerFailure(
          'record_too_large',
          `${request.topicId}-${request.partition} at ${request.offset} can't be read: ${unreadable.reason}.`,
        );
      return null;
    },
  };
}
