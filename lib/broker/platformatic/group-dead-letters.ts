import { ConfigResourceTypes, createAPI, describeConfigsV4, type Reader, Writer } from '@platformatic/kafka';
import type { GroupDeadLetters } from '../port/admin.ts';
import { BrokerFailure } from '../port/failure.ts';
import { bestVersion, withPartErrors } from './call.ts';
import type { BrokerLink } from './connection.ts';
import { failureOfCode } from './failure.ts';

/** ListConfigResources (KIP-1142), which the client lacks. Source: ListConfigResources{Request,Response}.json of Apache Kafka 4.4. */
const listConfigResources = { key: 74, name: 'ListConfigResources' };
/** The group's configuration that names where its dead letters go (KIP-1191). */
const topicName = 'errors.deadletterqueue.topic.name';
const groupAuthorizationFailed = 30;

type Listed = { errorCode: number; names: string[] };

const listConfigResourcesV1 = createAPI<[type: number], Listed>(
  listConfigResources.key,
  1,
  (type) =>
    Writer.create()
      .appendArray([type], (to, each) => to.appendInt8(each), true, false)
      .appendTaggedFields(),
  (_correlationId, _key, _version, reader: Reader) => {
    reader.readInt32(); // throttle time
    const errorCode = reader.readInt16();
    const names = reader.readArray((each) => {
      const name = each.readString();
      each.readInt8(); // resource type
      return name;
    });
    reader.readTaggedFields();
    return { errorCode, names };
  },
);

async function configuredGroups(link: Pick<BrokerLink, 'toAny'>): Promise<string[]> {
  const answer = await link.toAny(listConfigResources.name, (connection, versions) =>
    bestVersion(versions, listConfigResources, [[1, listConfigResourcesV1]]).async(
      connection,
      ConfigResourceTypes.GROUP,
    ),
  );
  if (answer.errorCode !== 0) throw failureOfCode(answer.errorCode, listConfigResources.name);
  return answer.names;
}

/** Of an older broker there are no such groups; who may not look does not see them. */
const nothingToSee = (error: unknown) =>
  error instanceof BrokerFailure && (error.kind === 'unsupported' || error.kind === 'not_authorized');

/** The share groups whose configuration names a dead-letter topic, also those that have no members now. Throws BrokerFailure. */
export async function deadLettersOfGroups(
  link: Pick<BrokerLink, 'toAny'>,
): Promise<readonly GroupDeadLetters[]> {
  const groupIds = await configuredGroups(link).catch((error: unknown) => {
    if (nothingToSee(error)) return [];
    throw error;
  });
  if (groupIds.length === 0) return [];
  const resources = groupIds.map((resourceName) => ({
    resourceType: ConfigResourceTypes.GROUP,
    resourceName,
    configurationKeys: [topicName],
  }));
  const answer = await link.toAny('DescribeConfigs', (connection) =>
    withPartErrors(describeConfigsV4.api.async(connection, resources, false, false)),
  );
  return answer.results.flatMap(({ resourceName, errorCode, errorMessage, configs }) => {
    if (errorCode === groupAuthorizationFailed) return [];
    if (errorCode !== 0)
      throw failureOfCode(errorCode, `DescribeConfigs of group ${resourceName}`, errorMessage);
    const topic = configs.find((each) => each.name === topicName)?.value;
    return topic ? [{ groupId: resourceName, topic }] : [];
  });
}
