import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprintOf, recalledFingerprint } from './fingerprint.ts';
import { lossyText } from './header-encoding.ts';
import { recalledFrame } from './recalled-frame.ts';
import { recalledText } from './recalled-text.ts';
import { topApplicationFrame } from './stack-frames.ts';

const classes = ['com.shop.Foo', 'com.shop.Foo\nx', 'a.B', ''];
/** Of few pieces, so that the same ones come again: lines that are frames, name an exception or do neither. */
const line = fc.constantFrom(
  ...['com.shop.Foo: order 7', 'a.B: no', 'x', '', '  ', 'Caused by: a.B: inner', 'Caused by: com.shop.Foo'],
  ...[
    '\tat com.shop.Foo.run(Foo.java:7)',
    '\tat java.base/java.lang.Thread.run(Thread.java:840)',
    '\tat a.B.c(B.java:1)  ',
  ],
  ...[
    'main.run(0x1, 0x2)',
    'main.(*Foo).run(...)',
    '  File "/app/foo.py", line 3, in run',
    '    at run (/app/foo.js:1:2)',
  ],
  ...['   at Shop.Foo.Run(Int32 n) in /src/Foo.cs:line 3', '  3: shop::foo::run', 'x\r', 'y'.repeat(1200)],
);
const trace = fc.array(line, { minLength: 1, maxLength: 5 }).map((lines) => lines.join('\n'));

describe('parts that are recalled of earlier records', () => {
  it('have the frame that the rules find', () => {
    fc.assert(
      fc.property(
        fc.option(trace, { nil: null }),
        fc.constantFrom(null, ...classes),
        (text, exceptionClass) => {
          expect(recalledFrame(text, exceptionClass)).toBe(topApplicationFrame(text, exceptionClass));
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('take no class that goes on in the trace for another one', () => {
    expect(recalledFrame('x\n\tat a.B.c(B.java:1)\n\tat d.E.f(E.java:1)', 'q')).toBe('a.B.c');
    expect(recalledFrame('x\n\tat d.E.f(E.java:1)', 'q\n\tat a.B.c(B.java:1)')).toBe('d.E.f');
  });

  it('have the fingerprint of all their parts', () => {
    const part = fc.constantFrom(null, '', 'a', 'b', 'orders');
    const parts = fc.record({
      convention: fc.constantFrom('spring-kafka' as const, 'none' as const),
      originTopic: part,
      exceptionClass: part,
      messagePattern: part,
      topFrame: part,
    });
    fc.assert(
      fc.property(parts, (each) => {
        expect(recalledFingerprint(each)).toBe(fingerprintOf(each));
      }),
      { numRuns: 2000 },
    );
  });

  it('have the text of their bytes, and keep none of what these stand in', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 140 }),
      fc.array(fc.constantFrom(65, 66, 0xc3, 0xa9), { maxLength: 3 }).map((each) => new Uint8Array(each)),
    );
    fc.assert(
      fc.property(bytes, (each) => {
        expect(recalledText(each)).toBe(lossyText(each));
      }),
      { numRuns: 5000 },
    );
    const reused = Buffer.from('topic-a');
    expect(recalledText(reused)).toBe('topic-a');
    reused.write('topic-b');
    expect(recalledText(reused)).toBe('topic-b');
  });
});
