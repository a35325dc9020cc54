import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { type IndexedTopic, indexedTopic, lettersConfig, someone } from '#fixtures/indexed-letters.ts';
import { deadLetterRow, type ExportFormat } from '#lib/contract/dead-letters.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { fingerprint } from '#lib/domain/kernel/brand.ts';
import { textStream } from '#lib/http/text-stream.ts';
import { exportDeadLetters } from './export-dead-letters.ts';

let test: TestDatabase;
let many: IndexedTopic;
const manyLetters = 3000;
beforeAll(async () => {
  test = await createTestDatabase();
  many = await indexedTopic(test.database, 'many.dlq');
  // One time for all: the order within it is by place alone.
  for (const partition of [0, 1, 2]) await many.arrive(manyLetters / 3, { partition, at: new Date(0) });
});
afterAll(() => test.drop());

const flow = { name: 'payments', cluster: 'main', mask: ['/x', 'header:kafka_dlt-exception-message'] };
const deps = () => ({
  database: test.database,
  config: lettersConfig([flow as unknown as Flow]),
  clock: () => new Date(),
});
const exported = (
  topic: IndexedTopic,
  format: ExportFormat,
  search = {},
  who = someone('responder', 'ana'),
) => exportDeadLetters(deps(), who, topic.at, search, format);
const textOf = async (topic: IndexedTopic, ...how: [ExportFormat, ...unknown[]]) => {
  const [format, search = {}, who = someone('responder', 'ana')] = how;
  const { parts } = await exported(topic, format, search as object, who as ReturnType<typeof someone>);
  let text = '';
  for await (const part of parts) text += part;
  return text;
};
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const lastLine = (text: string, lineEnd: string) => {
  const cut = text.lastIndexOf(lineEnd, text.length - lineEnd.length - 1) + lineEnd.length;
  return { before: text.slice(0, cut), last: text.slice(cut) };
};
const audited = () =>
  test.database.stores.audit.list({ action: 'dead_letters.export' }, { limit: 100, before: null });

describe('NDJSON', () => {
  it('holds each row once, newest first, and ends with how many and the hash of all before', async () => {
    const text = await textOf(many, 'ndjson');
    const { before, last } = lastLine(text, '\n');
    expect(JSON.parse(last)).toEqual({ end: true, records: manyLetters, sha256: sha256(before) });
    const rows = before
      .split('\n')
      .slice(0, -1)
      .map((line) => deadLetterRow.parse(JSON.parse(line)));
    expect(new Set(rows.map((row) => `${row.partition}:${row.offset}`)).size).toBe(manyLetters);
    expect(rows[0]).toMatchObject({ partition: 2, offset: '999', keyText: 'key-2-999' });
  });

  it('of some thousand rows while more arrive is exactly what was there when it was asked for', async () => {
    const topic = await indexedTopic(test.database, 'growing.dlq');
    await topic.arrive(2000);
    const { parts } = await exported(topic, 'ndjson');
    let text = '';
    for await (const part of parts) {
      text += part;
      await topic.arrive(300, { at: new Date(0) });
      await topic.arrive(5, { partition: 7 });
    }
    const { before, last } = lastLine(text, '\n');
    expect(JSON.parse(last)).toMatchObject({ records: 2000 });
    const offsets = before
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line).offset);
    expect(offsets.sort((a, b) => a - b)).toEqual(Array.from({ length: 2000 }, (_, n) => String(n)));
  });

  it('of nothing is the last line alone; filters are those of /records', async () => {
    const empty = await textOf(many, 'ndjson', { fingerprint: 'f-none' });
    expect(JSON.parse(empty)).toEqual({ end: true, records: 0, sha256: sha256('') });
    const some = await textOf(many, 'ndjson', { q: 'key-1-77' });
    expect(
      some
        .split('\n')
        .slice(0, -2)
        .map((line) => JSON.parse(line).offset),
    ).toHaveLength(11);
  });
});

describe('CSV', () => {
  it('has a header, safe cells, numbered rows, and a last row that says it is whole', async () => {
    const topic = await indexedTopic(test.database, 'hostile.dlq');
    await topic.arrive(1, { exceptionMessage: '=HYPERLINK("http://x")', keyText: '-1+1' });
    await topic.arrive(1, { exceptionMessage: null, keyText: 'a,"b"\nc' });
    const text = await textOf(topic, 'csv');
    const { before, last } = lastLine(text, '\r\n');
    const [header, ...rows] = before.split('\r\n');
    expect(header?.startsWith('row,partition,offset,at,key,valueBytes')).toBe(true);
    expect(rows.join('\n')).toContain('"\'=HYPERLINK(""http://x"")"');
    expect(rows.join('\n')).toContain(",'-1+1,");
    expect(rows[0]).toMatch(/^[12],0,[01],/);
    expect(last).toBe(`end,records=2,sha256=${sha256(before)}${','.repeat(16)}\r\n`);
    expect(last.split(',')).toHaveLength(header?.split(',').length ?? 0);
  });
});

describe('what is shown', () => {
  it('has no keys for those who may not read payloads, who can not search them either', async () => {
    const viewer = someone('viewer', 'vera');
    const text = await textOf(many, 'ndjson', {}, viewer);
    expect(text).not.toContain('key-');
    expect(JSON.parse(await textOf(many, 'ndjson', { q: 'key-1-77' }, viewer)).records).toBe(0);
  });

  it('is masked as the flow says', async () => {
    const topic = await indexedTopic(test.database, 'masked.dlq', 'payments');
    await topic.arrive(2, { exceptionMessage: 'card 4111', fingerprint: fingerprint('f-card') });
    expect(await textOf(topic, 'csv')).not.toContain('4111');
    expect(await textOf(topic, 'ndjson')).not.toContain('4111');
  });
});

describe('an export', () => {
  it('is in the audit log before its first row, with what was asked for', async () => {
    const before = (await audited()).length;
    const { parts, fileName } = await exported(many, 'csv', { fingerprint: 'f-down' });
    expect(fileName).toMatch(/^many\.dlq-\d{4}-\d\d-\d\dT\d{9}Z\.csv$/);
    const lines = await audited();
    expect(lines).toHaveLength(before + 1);
    expect(lines[0]).toMatchObject({
      actor: 'ana',
      resource: 'dead-letters/main/many.dlq',
      detail: { format: 'csv', filter: { fingerprint: 'f-down' }, keys: true },
    });
    await parts.return();
  });

  it('is none when the audit log can not be written: nothing is read', async () => {
    const listRecords = vi.fn();
    const { stores } = test.database;
    const broken = {
      ...deps(),
      database: {
        stores: { ...stores, deadLetters: { ...stores.deadLetters, listRecords } },
        transact: () => Promise.reject(new Error('no')),
      },
    };
    await expect(exportDeadLetters(broken, someone('responder'), many.at, {}, 'csv')).rejects.toMatchObject({
      code: 'audit_unavailable',
    });
    expect(listRecords).not.toHaveBeenCalled();
  });

  it('whose reader goes away reads no further, and never more than a page ahead', async () => {
    const { stores } = test.database;
    const listRecords = vi.fn(stores.deadLetters.listRecords);
    const watched = {
      ...deps(),
      database: {
        ...test.database,
        stores: { ...stores, deadLetters: { ...stores.deadLetters, listRecords } },
      },
    };
    const { parts } = await exportDeadLetters(watched, someone('responder'), many.at, {}, 'ndjson');
    const reader = textStream(parts).getReader();
    await reader.read();
    await vi.waitFor(() => expect(listRecords).toHaveBeenCalledTimes(2), { timeout: 60_000 });
    await reader.cancel();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(listRecords).toHaveBeenCalledTimes(2);
    expect((await parts.next()).done).toBe(true);
  });

  it('that fails in the middle breaks off, and has no last line', async () => {
    const { stores } = test.database;
    let pages = 0;
    const listRecords: typeof stores.deadLetters.listRecords = (...page) => {
      if (++pages > 2) throw new Error('the database went away');
      return stores.deadLetters.listRecords(...page);
    };
    const failing = {
      ...deps(),
      database: {
        ...test.database,
        stores: { ...stores, deadLetters: { ...stores.deadLetters, listRecords } },
      },
    };
    const { parts } = await exportDeadLetters(failing, someone('responder'), many.at, {}, 'ndjson');
    const told: unknown[] = [];
    const reader = textStream(parts, (error) => told.push(error)).getReader();
    let text = '';
    const read = async () => {
      for (let next = await reader.read(); !next.done; next = await reader.read())
        text += new TextDecoder().decode(next.value);
    };
    await expect(read()).rejects.toThrow('the database went away');
    expect(told).toHaveLength(1);
    expect(text).not.toContain('"end":true');
  });
});
