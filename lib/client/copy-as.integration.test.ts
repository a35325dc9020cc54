import { expect, it } from 'vitest';
import { createTopics, testBrokers, testPrefix, testProducer } from '#fixtures/kafka.ts';
import { shellWithKafkaTools } from '#fixtures/tool-scripts.ts';
import { consoleConsumerText } from './copy-as.ts';

it('is a command that prints the record and no other, pasted as it is', async () => {
  const topic = `${testPrefix()}orders.dlq`;
  await createTopics([{ topic }]);
  const producer = testProducer();
  await producer.connect();
  await producer.send({
    topic,
    messages: [1, 2, 3].map((n) => ({ key: `order-${n}`, value: `{"n":${n}}`, headers: { tenant: 'acme' } })),
  });
  await producer.disconnect();
  const shell = await shellWithKafkaTools();
  try {
    const command = consoleConsumerText({ topic, partition: 0, offset: '1' });
    const said = await shell.run(
      `KAFKA_BROKERS=${testBrokers().join(',')}; export KAFKA_BROKERS; ${command}`,
    );
    expect(said).toMatch(/CreateTime:\d+\tOffset:1\ttenant:acme\torder-2\t\{"n":2\}/);
    expect(said).not.toMatch(/order-[13]/);
  } finally {
    shell.remove();
  }
});
