import { expect, test } from 'vitest';
import { traceParts } from './trace-parts.ts';

test('framework frames are folded, application frames and causes stay', () => {
  const trace = [
    'org.springframework.kafka.listener.ListenerExecutionFailedException: failed',
    '\tat org.springframework.kafka.listener.KafkaMessageListenerContainer.run(KafkaMessageListenerContainer.java:1)',
    '\tat java.base/java.lang.Thread.run(Thread.java:840)',
    'Caused by: com.shop.PaymentTimeout: no answer in 3000 ms',
    '\tat com.shop.ProviderClient.charge(ProviderClient.java:88)',
    '\tat java.base/java.lang.Thread.run(Thread.java:840)',
    '',
  ].join('\n');
  expect(traceParts(trace)).toEqual([
    {
      kind: 'lines',
      lines: [
        { text: 'org.springframework.kafka.listener.ListenerExecutionFailedException: failed', own: false },
      ],
    },
    {
      kind: 'folded',
      lines: [expect.stringContaining('ListenerContainer'), expect.stringContaining('Thread')],
    },
    {
      kind: 'lines',
      lines: [
        { text: 'Caused by: com.shop.PaymentTimeout: no answer in 3000 ms', own: false },
        { text: '\tat com.shop.ProviderClient.charge(ProviderClient.java:88)', own: true },
        { text: '\tat java.base/java.lang.Thread.run(Thread.java:840)', own: false },
      ],
    },
  ]);
});
