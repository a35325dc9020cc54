import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import type { LineWriter } from '#lib/broker/port/line-writer.ts';
import { afterAnchor } from '#lib/domain/audit/after-anchor.ts';
import { headText, parseHead, type SignedHead } from '#lib/domain/audit/head.ts';
import type { AnchorPlace } from '#lib/usecases/audit/anchor-head.ts';

export type AnchorTopic = { cluster: string; topic: string; create: boolean };
type Connection = Pick<ClusterConnection, 'admin' | 'reader'>;

/** Settings without which a topic would let go of anchors some day. */
const unlimited = { 'cleanup.policy': 'delete', 'retention.ms': '-1', 'retention.bytes': '-1' };
const oneRecordBytes = 1;
/** Records at the end that may be something else. */
const lookBackRecords = 5n;

/** Makes the topic where it is missing and that is allowed. @returns its id. @throws Error when it would not keep anchors for ever */
async function keepingTopic({ admin }: Connection, { topic, create }: AnchorTopic): Promise<string> {
  const [found] = await admin.describeTopics([topic]);
  if (!found && !create)
    throw new Error(
      `The anchor topic ${topic} is not there. Create it with one partition and ${settingsText}, or set audit.anchorTopic.create.`,
    );
  if (!found) {
    const { brokers } = await admin.describeCluster();
    const replicationFactor = Math.min(3, Math.max(1, brokers.length));
    await admin.ensureTopic({ name: topic, partitions: 1, replicationFactor, configs: unlimited });
  }
  const configs = (await admin.topicConfigs([topic])).get(topic);
  const wrong = Object.entries(unlimited).filter(([name, value]) => configs?.get(name) !== value);
  if (wrong.length > 0)
    throw new Error(
      `The anchor topic ${topic} would lose anchors: ${wrong
        .map(([name]) => `${name} is ${configs?.get(name) ?? 'unknown'}`)
        .join(', ')}. It needs ${settingsText}.`,
    );
  const [made] = found ? [found] : await admin.describeTopics([topic]);
  if (!made) throw new Error(`The anchor topic ${topic} was created and is not there yet.`);
  return made.topicId;
}
const settingsText = Object.entries(unlimited)
  .map(([name, value]) => `${name}=${value}`)
  .join(' ');

/** The newest head among the last records of the topic. */
async function lastHead({ reader }: Connection, topicId: string): Promise<SignedHead | null> {
  const at = { topicId, partition: 0, isolation: 'read_uncommitted' } as const;
  const { highWatermark, logStart } = await reader.fetch({ ...at, offset: 0n, maxBytes: oneRecordBytes });
  let last: SignedHead | null = null;
  const first = highWatermark - lookBackRecords;
  for (let offset = first > logStart ? first : logStart; offset < highWatermark; offset++) {
    const record = await reader.fetchOne({ ...at, offset, maxBytes: oneRecordBytes });
    last = parseHead(Buffer.from(record?.value ?? []).toString('latin1')) ?? last;
  }
  return last;
}

/** A topic of one partition and unlimited retention that heads are appended to. @param connection as the principal that writes */
export function anchorTopic(connection: Connection, writer: LineWriter, of: AnchorTopic): AnchorPlace {
  return {
    name: `topic ${of.cluster}/${of.topic}`,
    async anchor(head) {
      const topicId = await keepingTopic(connection, of);
      const verdict = afterAnchor(await lastHead(connection, topicId), head);
      if (verdict.next === 'refuse') throw new Error(`The anchor topic ${of.topic}: ${verdict.why}`);
      if (verdict.next === 'write') await writer.append(of.topic, headText(head), Date.parse(head.at));
    },
  };
}
