import { ConfigResourceTypes, describeConfigsV4 } from '@platformatic/kafka';
import { withPartErrors } from './call.ts';
import type { BrokerLink } from './connection.ts';
import { failureOfCode } from './failure.ts';

const name = 'auto.create.topics.enable';

/** DescribeConfigs of one broker, which that broker has to be asked itself. @returns null when it does not tell. @throws BrokerFailure */
export async function createsTopics(link: BrokerLink): Promise<boolean | null> {
  await link.metadata.cluster();
  const [broker] = link.metadata.brokers();
  if (!broker) return null;
  const resource = {
    resourceType: ConfigResourceTypes.BROKER,
    resourceName: String(broker.nodeId),
    configurationKeys: [name],
  };
  const answer = await link.toBroker(broker.nodeId, 'DescribeConfigs', (connection) =>
    withPartErrors(describeConfigsV4.api.async(connection, [resource], false, false)),
  );
  for (const { errorCode, errorMessage, configs } of answer.results) {
    if (errorCode !== 0)
      throw failureOfCode(errorCode, `DescribeConfigs of broker ${broker.nodeId}`, errorMessage);
    const value = configs.find((each) => each.name === name)?.value;
    if (value === 'true' || value === 'false') return value === 'true';
  }
  return null;
}
