import {
  describeTransactionsV0,
  FindCoordinatorKeyTypes,
  findCoordinatorV4,
  listTransactionsV0,
  listTransactionsV1,
} from '@platformatic/kafka';
import { BrokerFailure } from '../port/failure.ts';
import type { ClusterTransactions, OpenTransaction } from '../port/transactions.ts';
import { bestVersion, withPartErrors } from './call.ts';
import type { BrokerLink } from './connection.ts';
import { failureOfCode } from './failure.ts';
import { producersOf } from './partition-producers.ts';

const listTransactionsApi = { key: listTransactionsV1.api.key, name: 'ListTransactions' };
const openStates = ['Ongoing', 'PrepareCommit', 'PrepareAbort'] as const;
const anyDuration = -1n;
const idsPerRequest = 200;
const errorNotCoordinator = 16;
const errorUnknownTransactionalId = 105;

type Described = describeTransactionsV0.DescribeTransactionsResponseTransactionState;

/** Transactions over raw calls (KIP-664): listed at every broker, described at the coordinator that listed them. */
export function createTransactions(link: BrokerLink): ClusterTransactions {
  async function listed(): Promise<Map<number, string[]>> {
    const answers = await link.toEvery('ListTransactions', (connection, versions) =>
      bestVersion(versions, listTransactionsApi, [
        [1, listTransactionsV1],
        [0, listTransactionsV0],
      ]).api.async(connection, [...openStates], [], anyDuration, null),
    );
    const byNode = new Map<number, string[]>();
    for (const [nodeId, answer] of answers) {
      if (answer instanceof BrokerFailure) throw answer;
      byNode.set(
        nodeId,
        answer.transactionStates.map((each) => each.transactionalId),
      );
    }
    return byNode;
  }

  async function describeAt(nodeId: number, ids: readonly string[]): Promise<Described[]> {
    const parts: Described[] = [];
    for (let at = 0; at < ids.length; at += idsPerRequest) {
      const asked = ids.slice(at, at + idsPerRequest);
      const answer = await link.toBroker(nodeId, 'DescribeTransactions', (connection) =>
        withPartErrors(describeTransactionsV0.api.async(connection, asked)),
      );
      parts.push(...answer.transactionStates);
    }
    return parts;
  }

  /** Those whose coordinator moved between listing and describing. */
  async function describeMoved(ids: readonly string[]): Promise<Described[]> {
    if (ids.length === 0) return [];
    const found = await link.toAny('FindCoordinator', (connection) =>
      findCoordinatorV4.api.async(connection, FindCoordinatorKeyTypes.TRANSACTION, [...ids]),
    );
    const byNode = Map.groupBy(found.coordinators, (each) => each.nodeId);
    const parts = await Promise.all(
      [...byNode].map(([nodeId, each]) =>
        describeAt(
          nodeId,
          each.map(({ key }) => key),
        ),
      ),
    );
    return parts.flat();
  }

  return {
    async listOpen() {
      const byNode = await listed();
      const first = await Promise.all([...byNode].map(([nodeId, ids]) => describeAt(nodeId, ids)));
      const moved = first.flat().filter((each) => each.errorCode === errorNotCoordinator);
      const again = await describeMoved(moved.map((each) => each.transactionalId));
      return [...first.flat().filter((each) => !moved.includes(each)), ...again].flatMap(toOpen);
    },
    producersOf: (partitions) => producersOf(link, partitions),
  };
}

function toOpen(described: Described): OpenTransaction[] {
  const { transactionalId, transactionState: state, errorCode } = described;
  // Completed and expired since it was listed.
  if (errorCode === errorUnknownTransactionalId) return [];
  if (errorCode !== 0) throw failureOfCode(errorCode, `DescribeTransactions of ${transactionalId}`);
  if (!openStates.some((open) => open === state)) return [];
  const startedMs = Number(described.transactionStartTimeMs);
  return [
    {
      transactionalId,
      producerId: described.producerId,
      producerEpoch: described.producerEpoch,
      state,
      startedMs: startedMs < 0 ? null : startedMs,
      timeoutMs: described.transactionTimeoutMs,
      partitions: described.topics.flatMap(({ topic, partitions }) =>
        partitions.map((partition) => ({ topic, partition })),
      ),
    },
  ];
}
