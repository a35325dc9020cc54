import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { curlText, kcatText, shellQuote } from './copy-as.ts';

/** One shell for all of them: starting one is slow where the machine is busy. */
const echoed = (words: readonly string[]) =>
  execFileSync('bash', ['-c', `printf '%s\\0' ${words.join(' ')}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);

test('plain names stay bare, anything else is one word for the shell', () => {
  expect(shellQuote('orders.v1.payments.dlq')).toBe('orders.v1.payments.dlq');
  expect(shellQuote("it's; rm -rf $HOME")).toBe("'it'\\''s; rm -rf $HOME'");
});

test('a shell reads back exactly what was quoted', () => {
  const nasty = fc.string({
    unit: fc.constantFrom('a', "'", '"', '$', '`', '\\', '\n', '\t', ' ', '!', 'é', ';'),
  });
  fc.assert(
    fc.property(fc.array(nasty, { minLength: 50, maxLength: 100 }), (texts) => {
      expect(echoed(texts.map(shellQuote))).toEqual(texts);
    }),
    { numRuns: 3 },
  );
});

test('kcat reads one committed record of one coordinate', () => {
  expect(kcatText({ topic: 'orders.v1.payments.dlq', partition: 3, offset: '88412' })).toBe(
    `kcat -b "$KAFKA_BROKERS" -C -q -e -c 1 -t orders.v1.payments.dlq -p 3 -o 88412 -X isolation.level=read_committed -f 'offset: %o\\ntimestamp: %T\\nheaders: %h\\nkey: %k\\nvalue: %s\\n'`,
  );
});

test('curl names the token by a variable and quotes the body', () => {
  expect(curlText({ method: 'POST', path: '/replays/r-1/reject', body: { comment: "don't" } })).toBe(
    `curl -sS -X POST "$SLUICE_URL"/api/v1/replays/r-1/reject -H "Authorization: Bearer $SLUICE_TOKEN" -H 'content-type: application/json' -d '{"comment":"don'\\''t"}'`,
  );
});
