import {
  ConfigResourceTypes,
  type Connection,
  IncrementalAlterConfigOperationTypes,
  incrementalAlterConfigsV1,
} from '@platformatic/kafka';
import { afterAll, describe, expect, it } from 'vitest';
import { createTopics, testCluster, testPrefix, withTestAdmin } from '#fixtures/kafka.ts';
import { createLink } from './connection.ts';
import { deadLettersOfGroups } from './group-dead-letters.ts';

const prefix = testPrefix();
const topic = `dlq.${prefix}orders`;
const link = createLink(testCluster(), {});
afterAll(async () => {
  await link.close();
  await withTestAdmin((admin) => admin.deleteTopics({ topics: [topic] }));
});

/** null takes the configuration away. */
const configure = (groupId: string, name: string, value: string | null) =>
  link.toAny('IncrementalAlterConfigs', (connection: Connection) =>
    incrementalAlterConfigsV1.api.async(
      connection,
      [
        {
          resourceType: ConfigResourceTypes.GROUP,
          resourceName: groupId,
          configs: [
            value === null
              ? { name, configOperation: IncrementalAlterConfigOperationTypes.DELETE }
              : { name, configOperation: IncrementalAlterConfigOperationTypes.SET, value },
          ],
        },
      ],
      false,
    ),
  );
const own = async () => (await deadLettersOfGroups(link)).filter((each) => each.groupId.startsWith(prefix));

describe('dead-letter topics that groups name', () => {
  it('are read from the configuration of the groups, whether or not those have members', async () => {
    await createTopics([{ topic, configs: { 'errors.deadletterqueue.group.enable': 'true' } }]);
    expect(await own()).toEqual([]);
    await configure(`${prefix}named`, 'errors.deadletterqueue.topic.name', topic);
    await configure(`${prefix}other`, 'share.auto.offset.reset', 'earliest');
    await expect.poll(own, { timeout: 20_000 }).toEqual([{ groupId: `${prefix}named`, topic }]);
    await configure(`${prefix}named`, 'errors.deadletterqueue.topic.name', null);
    await expect.poll(own, { timeout: 20_000 }).toEqual([]);
  });
});
