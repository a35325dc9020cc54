import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { analyse, plainSteps } from './analyse.ts';
import { groupingRules, groupingVersion } from './grouping-rules.ts';
import { noMasks, parseMasks } from './masks.ts';
import { record } from './testing/records.ts';

const messages = [
  'Read timed out after 3000 ms for https://pay.example.com/v2/charges/ch_1Nx8',
  'ERROR: duplicate key value violates unique constraint "orders_pkey"\n  Detail: Key (id)=(4711) already exists.',
  '503 Service Unavailable on POST request',
  'card of order 7f3ac0de-1111-2222-3333-444455556666 declined at 2026-01-02T03:04:05Z by 10.1.4.22:8443',
  'KeyError: \'sku\' in {"order": 17, "lines": [1, 2, 3]} (0xdeadbeef, ORA-00001, 12,50 EUR, 7f3ac0de1234)',
  'Connection refused',
  'order 4 was refused',
];
const traces = [
  'java.lang.IllegalStateException: x\n\tat org.springframework.A.b(A.java:1)\n\tat com.shop.Charge.run(Charge.java:7)\nCaused by: com.shop.Down: y\n\tat com.shop.Provider$$Lambda$14/0x1.call(Provider.java:3)',
  'Traceback (most recent call last):\n  File "/app/shop/charge.py", line 7, in run\n    raise Down()\nDown',
  'Error: x\n    at node:internal/process/task:1:1\n    at charge (/app/dist/charge.js:7:3)',
  'goroutine 1 [running]:\nmain.charge(0x1)\n\t/app/charge.go:7 +0x1d',
];
const conventions: readonly (readonly [string, string, string, string])[] = [
  [
    'kafka_dlt-original-topic',
    'kafka_dlt-exception-fqcn',
    'kafka_dlt-exception-message',
    'kafka_dlt-exception-stacktrace',
  ],
  ['kafka_original-topic', 'kafka_exception-fqcn', 'kafka_exception-message', 'kafka_exception-stacktrace'],
  ['x-original-topic', 'x-exception-fqcn', 'x-exception-message', 'x-exception-stacktrace'],
  [
    '__connect.errors.topic',
    '__connect.errors.exception.class.name',
    '__connect.errors.exception.message',
    '__connect.errors.exception.stacktrace',
  ],
  [
    '__streams.errors.topic',
    '__streams.errors.exception',
    '__streams.errors.message',
    '__streams.errors.stacktrace',
  ],
  ['dead-letter-topic', 'dead-letter-exception-class-name', 'dead-letter-reason', 'dead-letter-cause'],
  [
    'NServiceBus.FailedQ',
    'NServiceBus.ExceptionInfo.ExceptionType',
    'NServiceBus.ExceptionInfo.Message',
    'NServiceBus.ExceptionInfo.StackTrace',
  ],
];
const classes = [
  'org.springframework.kafka.listener.ListenerExecutionFailedException',
  'com.shop.Down',
  'java.net.SocketTimeoutException',
];

/** What the rules make of all of these together. */
const outcomes = () =>
  conventions.flatMap(([topic, fqcn, message, trace]) =>
    classes.flatMap((name) =>
      messages.flatMap((text) =>
        traces.map((stack) => {
          const dead = record([
            [topic, 'orders'],
            [fqcn, name],
            [message, text],
            [trace, stack],
          ]);
          const { fingerprint, verdict, topFrame, messagePattern } = analyse(dead, 'o.dlq', {}, plainSteps);
          return [fingerprint, verdict, topFrame, messagePattern];
        }),
      ),
    ),
  );

/** By version, what the rules made of them. A version is never used for other rules again. */
const known: Readonly<Record<number, string>> = { 1: '904b2ba53e91b178' };

describe('the rules by which dead letters are grouped', () => {
  it('have a version of their own: raise groupingVersion, and note the new digest here, when this fails', () => {
    expect(hash('sha256', JSON.stringify(outcomes()), 'hex').slice(0, 16)).toBe(known[groupingVersion]);
    expect(new Set(Object.values(known)).size).toBe(Object.keys(known).length);
  });
  it('are named by version, mapping and masks, in whatever order these were written', () => {
    const mapping = {
      message: { header: 'x-err', as: 'text' },
      originTopic: { header: 'x-src', as: 'text' },
    } as const;
    const turned = { originTopic: mapping.originTopic, message: mapping.message };
    const masks = parseMasks(['/card/number', 'header:authorization']);
    const other = parseMasks(['header:authorization', '/card/number']);
    expect(groupingRules({ mapping, masks })).toBe(groupingRules({ mapping: turned, masks: other }));
    const all = [
      groupingRules({ mapping: null, masks: noMasks }),
      groupingRules({ mapping, masks: noMasks }),
      groupingRules({ mapping: null, masks }),
      groupingRules({ mapping: { ...mapping, message: { header: 'x-error', as: 'text' } }, masks: noMasks }),
      groupingRules({ mapping: null, masks: noMasks }, groupingVersion + 1),
    ];
    expect(new Set(all).size).toBe(all.length);
  });
});
