import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from '@playwright/test';
import { type Product, test } from '../fixtures/product.ts';

const root = path.resolve(import.meta.dirname, '../..');
const schema = 'orders.v1.schema.json';

/** Each mistake as somebody would make it, and what has to be said of it. */
const mistakes: readonly { was: string; is: string; found: RegExp }[] = [
  {
    ...{ was: '{ id: payments-service,', is: '{ id: payment-service,' },
    found: /^wrong: payments: group_absent \(payment-service\)/m,
  },
  {
    ...{ was: 'retryTopics: [orders.v1.fraud.retry]', is: 'retryTopics: [orders.v1.fraud.retries]' },
    found: /^wrong: fraud: topic_absent \(orders\.v1\.fraud\.retries\)/m,
  },
  {
    ...{
      was: '{ id: inventory-service, isolation: read_committed,',
      is: '{ id: inventory-service, isolation: read_uncommitted,',
    },
    found: /^wrong: inventory: reads_uncommitted \(inventory-service\)/m,
  },
  {
    ...{ was: 'replay: conditional', is: 'replay: safe' },
    found: /^wrong: payments: safe_with_external_effect \(payments\)/m,
  },
];

/** `sluice config check FILE --live` against the running demo. */
const check = (product: Product, file: string): Promise<{ code: number; text: string }> =>
  new Promise((resolve) => {
    const env = { ...process.env, KAFKA_BROKERS: product.runtime().kafkaBrokers };
    const args = ['config', 'check', file, '--live'];
    execFile(path.join(root, 'bin', 'sluice.mjs'), args, { env, timeout: 60_000 }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, text: out + err }),
    );
  });

test('the declaration of the demo is found broken where it was broken on purpose, and not before', async ({
  product,
}) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'sluice-declaration-'));
  try {
    await copyFile(path.join(root, 'demo', schema), path.join(folder, schema));
    const file = path.join(folder, 'sluice.yaml');
    const text = await readFile(path.join(root, 'demo', 'sluice.yaml'), 'utf8');
    await writeFile(file, text);
    const whole = await check(product, file);
    expect(whole.text).toContain('valid');
    for (const { found } of mistakes) expect(whole.text).not.toMatch(found);

    let broken = text;
    for (const { was, is } of mistakes) {
      expect(broken).toContain(was);
      broken = broken.replace(was, is);
    }
    await writeFile(file, broken);
    const after = await check(product, file);
    for (const { found } of mistakes) expect(after.text).toMatch(found);
    expect(after.text).toMatch(/^risk: \w+: undeclared_reader \(payments-service\)/m);
    expect(after.code).toBe(1);
  } finally {
    await rm(folder, { recursive: true });
  }
});
