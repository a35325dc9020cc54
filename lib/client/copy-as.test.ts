import { expect, test } from 'vitest';
import { consoleConsumerText, curlText, kcatText } from './copy-as.ts';

test('kcat reads one committed record of one coordinate', () => {
  expect(kcatText({ topic: 'orders.v1.payments.dlq', partition: 3, offset: '88412' })).toBe(
    `kcat -b "$KAFKA_BROKERS" -C -q -e -c 1 -t orders.v1.payments.dlq -p 3 -o 88412 -X isolation.level=read_committed -f 'offset: %o\\ntimestamp: %T\\nheaders: %h\\nkey: %k\\nvalue: %s\\n'`,
  );
});

test("Kafka's console consumer reads the same one", () => {
  expect(consoleConsumerText({ topic: "orders'dlq", partition: 3, offset: '88412' })).toBe(
    `kafka-console-consumer.sh --bootstrap-server "$KAFKA_BROKERS" --topic 'orders'\\''dlq' --partition 3 --offset 88412 --max-messages 1 --timeout-ms 10000 --isolation-level read_committed --property print.offset=true --property print.timestamp=true --property print.headers=true --property print.key=true`,
  );
});

test('curl names the token by a variable and quotes the body', () => {
  expect(curlText({ method: 'POST', path: '/replays/r-1/reject', body: { comment: "don't" } })).toBe(
    `curl -sS -X POST "$SLUICE_URL"/api/v1/replays/r-1/reject -H "Authorization: Bearer $SLUICE_TOKEN" -H 'content-type: application/json' -d '{"comment":"don'\\''t"}'`,
  );
});
