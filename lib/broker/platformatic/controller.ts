import { describeQuorumV0 } from '@platformatic/kafka';
import { BrokerFailure } from '../port/failure.ts';
import type { BrokerLink } from './connection.ts';
import { protocolErrorName } from './failure.ts';

const describeQuorumKey = describeQuorumV0.api.key;
const metadataTopic = '__cluster_metadata';
const deadlineMs = 3_000;
const noLeader = new Set([
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_OR_FOLLOWER',
  'NOT_CONTROLLER',
  'REQUEST_TIMED_OUT',
]);

/**
 * Node id of the active controller; null when there is none. With KRaft it is the leader of the metadata quorum: what Metadata calls
 * controller is there any living broker (KIP-631). Throws BrokerFailure when it can't be told (no DESCRIBE on the cluster).
 */
export async function activeController(link: BrokerLink): Promise<number | null> {
  try {
    return await link.toAny(
      'DescribeQuorum',
      async (connection, versions) => {
        if (!versions.has(describeQuorumKey)) {
          const { controllerId } = await link.metadata.cluster();
          return controllerId < 0 ? null : controllerId;
        }
        const answer = await describeQuorumV0.api.async(connection, [
          { topicName: metadataTopic, partitions: [{ partitionIndex: 0 }] },
        ]);
        const leaderId = answer.topics[0]?.partitions[0]?.leaderId ?? -1;
        return leaderId < 0 ? null : leaderId;
      },
      { deadlineMs },
    );
  } catch (error) {
    // Without a leader the broker either says so, or asks the quorum without end.
    if (error instanceof BrokerFailure && error.kind === 'timed_out') return null;
    if (noLeader.has(protocolErrorName(error) ?? '')) return null;
    throw error;
  }
}
