import { describe, expect, it } from 'vitest';
import { topApplicationFrame } from './stack-frames.ts';

describe('topApplicationFrame', () => {
  it('Java: the application frame of the named exception, whatever the lines', () => {
    const trace = (line: number) =>
      `org.springframework.kafka.listener.ListenerExecutionFailedException: x
\tat org.springframework.kafka.listener.X.invoke(X.java:1)
\tat com.shop.Listener.on(Listener.java:${line})
Caused by: com.shop.OutOfStock: none
\tat java.base/java.util.Objects.requireNonNull(Objects.java:209)
\tat app//com.shop.Stock.lambda$take$${line}(Stock.java:${line})
\tat com.shop.Stock$$EnhancerBySpringCGLIB$$${line}abc.take(<generated>)
\t... 12 more`;
    expect(topApplicationFrame(trace(3), 'com.shop.OutOfStock')).toBe('com.shop.Stock.lambda$take');
    expect(topApplicationFrame(trace(99), 'com.shop.OutOfStock')).toBe('com.shop.Stock.lambda$take');
  });

  it('falls back to the outer part when the cause has no application frame', () => {
    expect(
      topApplicationFrame(
        'com.shop.Bad: x\n\tat com.shop.A.b(A.java:1)\nCaused by: java.io.EOFException\n\tat java.io.X.y(X.java:2)',
        'java.io.EOFException',
      ),
    ).toBe('com.shop.A.b');
  });

  it.each([
    [
      'Node',
      'Error: x\n    at node:internal/process:1:2\n    at f (/app/node_modules/kafkajs/i.js:3:4)\n    at charge (/app/src/payments/charge.js:10:5)',
      'charge (payments/charge.js)',
    ],
    [
      'Python',
      'Traceback (most recent call last):\n  File "/app/svc/main.py", line 3, in run\n    x()\n  File "/app/svc/stock.py", line 9, in take\n    y()\n  File "/usr/lib/python3.12/site-packages/k.py", line 1, in z\nKeyError: 1',
      'take (svc/stock.py)',
    ],
    [
      '.NET',
      '   at System.Net.Http.HttpClient.Send(Request r)\n   at Shop.Payments.Charge(Order o) in /src/Payments.cs:line 12',
      'Shop.Payments.Charge',
    ],
    [
      'Go',
      'panic: x\n\ngoroutine 1 [running]:\nruntime.gopanic(0x1)\n\t/usr/local/go/src/runtime/panic.go:1\nmain.(*Stock).Take(0xc000)\n\t/app/stock.go:12 +0x1d',
      'main.(*Stock).Take',
    ],
    [
      'Rust',
      '   0: rust_begin_unwind\n   1: core::panicking::panic\n   2: shop::stock::take\n             at ./src/stock.rs:12:5',
      'shop::stock::take',
    ],
  ])('%s', (_language, trace, frame) => {
    expect(topApplicationFrame(trace, null)).toBe(frame);
  });

  it('is null without a trace or without a frame of the application', () => {
    expect(topApplicationFrame(null, 'x')).toBeNull();
    expect(topApplicationFrame('java.io.EOFException\n\tat java.io.X.y(X.java:2)', null)).toBeNull();
  });

  it('takes hostile traces in bounded time', () => {
    for (const piece of ['\tat ', 'at (', 'Caused by: ', 'a.', '  File "', '\n'])
      expect(topApplicationFrame(piece.repeat(200_000), 'x')).toBeNull();
  });
});
