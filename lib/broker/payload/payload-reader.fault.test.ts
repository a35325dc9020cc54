import { afterEach, describe, expect, it } from 'vitest';
import { createTopics, testBrokers, testPrefix, testProducer } from '#fixtures/kafka.ts';
import type { ClusterConfig } from '#lib/config/config.ts';
import { connectCluster } from '../platformatic/connect.ts';
import { createPayloadReader, type PayloadReader } from './payload-reader.ts';

const topic = `${testPrefix()}payloads.dlq`;
const clusterConfig: ClusterConfig = {
  name: 'main',
  bootstrapServers: testBrokers(),
  properties: {},
  writeProperties: {},
  schemaRegistry: null,
  readOnly: false,
};
const opened: PayloadReader[] = [];
const open = (options: Parameters<typeof createPayloadReader>[1] = {}) => {
  const reader = createPayloadReader([clusterConfig], { log: () => undefined, ...options });
  opened.push(reader);
  return reader;
};
afterEach(async () => {
  for (const reader of opened.splice(0)) await reader.close();
});

async function written(value: string): Promise<Parameters<PayloadReader['read']>[0]> {
  await createTopics([{ topic }]).catch(() => undefined);
  const producer = testProducer();
  await producer.connect();
  const [landed] = await producer.send({ topic, messages: [{ value }] });
  await producer.disconnect();
  const cluster = connectCluster(clusterConfig);
  const [info] = await cluster.admin.describeTopics([topic]);
  await cluster.close();
  return {
    cluster: 'main',
    topicId: info?.topicId ?? '',
    partition: 0,
    offset: BigInt(landed?.baseOffset ?? 0),
    mask: [],
    mapping: null,
    withPayload: true,
    contract: null,
  };
}

describe('createPayloadReader', () => {
  it('starts another process when its own has died, and says what happened to those under way', async () => {
    const request = await written('{"n":1}');
    const crashing = open({ file: 'tests/fixtures/crashing-payload-child.ts' });
    await expect(crashing.read(request)).rejects.toMatchObject({ code: 'payload_unavailable' });
    await expect(crashing.read(request)).rejects.toMatchObject({ code: 'payload_unavailable' });
    expect((await open().read(request))?.payload?.value.data).toBe('{"n":1}');
  });

  it('stops a process that does not answer in time', async () => {
    const request = await written('{"n":2}');
    const silent = open({ file: 'tests/fixtures/silent-payload-child.ts', deadlineMs: 300 });
    const slow = silent.read(request);
    await expect(slow).rejects.toMatchObject({ code: 'payload_unavailable' });
    await expect(slow).rejects.toThrow(/within 300 ms/);
  });

  it('answers for a record that is not there and a cluster that is not there', async () => {
    const request = await written('x');
    const reader = open();
    const reads = await Promise.all(Array.from({ length: 12 }, () => reader.read(request)));
    expect(reads.every((read) => read?.payload?.value.data === 'x')).toBe(true);
    expect(await reader.read({ ...request, offset: request.offset + 1000n })).toBeNull();
    await expect(reader.read({ ...request, cluster: 'nowhere' })).rejects.toMatchObject({
      code: 'broker_unavailable',
    });
    await expect(
      reader.read({ ...request, topicId: '01234567-89ab-4def-8123-456789abcdef' }),
    ).rejects.toMatchObject({ code: 'record_gone' });
  });
});
