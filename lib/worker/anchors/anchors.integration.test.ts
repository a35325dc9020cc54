import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { createTopics, testCluster, testPrefix } from '#fixtures/kafka.ts';
import { makeAuditKey, readAuditKey } from '#lib/auth/audit-key.ts';
import { connectCluster } from '#lib/broker/platformatic/connect.ts';
import { createLineWriter } from '#lib/broker/platformatic/writer-lines.ts';
import { headProblem, headText, parseHead, signHead } from '#lib/domain/audit/head.ts';
import { verifyExport } from '#lib/domain/audit/verify-export.ts';
import { type AnchorPlace, anchorEveryMs, anchorHead } from '#lib/usecases/audit/anchor-head.ts';
import { exportAudit } from '#lib/usecases/audit/export-audit.ts';
import { anchorFile } from './anchor-file.ts';
import { anchorTopic } from './anchor-topic.ts';

let test: TestDatabase;
let folder: string;
let nowMs = Date.parse('2026-01-01T00:00:00.000Z');
const connection = connectCluster(testCluster());
const writer = createLineWriter(testCluster());
const topic = `${testPrefix()}audit-anchors`;
const keyFile = () => path.join(folder, 'audit.key');
const kept = () => path.join(folder, 'audit.anchor');

beforeAll(async () => {
  test = await createTestDatabase();
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-anchors-'));
  await makeAuditKey(keyFile());
});
afterAll(async () => {
  await Promise.all([test.drop(), connection.close(), writer.close()]);
  await rm(folder, { recursive: true });
});

const append = (resource: string) =>
  test.database.stores.audit.appendNow({
    actor: 'ana',
    action: 'replay.draft',
    outcome: 'allowed',
    code: null,
    resource,
    detail: {},
  });
const topicPlace = (name = topic, create = true) =>
  anchorTopic(connection, writer, { cluster: 'main', topic: name, create });
const anchor = (places: AnchorPlace[], key = keyFile()) =>
  anchorHead({
    database: test.database,
    clock: () => new Date(nowMs),
    key: () => readAuditKey(key),
    places,
    log: () => undefined,
  });
const stateOf = async (place: string) =>
  (await test.database.stores.auditAnchors.places()).find((each) => each.place === place);
const linesOf = async (file: string) => (await readFile(file, 'utf8')).split('\n').slice(0, -1);

async function linesInTopic(): Promise<string[]> {
  const [found] = await connection.admin.describeTopics([topic]);
  const at = { topicId: found?.topicId ?? '', partition: 0, offset: 0n, maxBytes: 100_000 };
  const { records } = await connection.reader.fetch({ ...at, isolation: 'read_committed' });
  return records.map(({ value }) => Buffer.from(value ?? []).toString());
}

async function exported(): Promise<Buffer[]> {
  const principal = { name: 'ana', via: 'session' } as Parameters<typeof exportAudit>[1];
  const { parts } = await exportAudit({ database: test.database, clock: () => new Date(nowMs) }, principal);
  let text = '';
  for await (const part of parts) text += part;
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => Buffer.from(line));
}

describe('heads of the audit log, outside of the database', () => {
  it('are signed and kept in a file and in a topic that keeps them for ever', async () => {
    await anchor([anchorFile(kept()), topicPlace()]);
    expect(await test.database.stores.auditAnchors.newestHead()).toBeNull();
    const { seq, hash } = await append('replay/1');
    await anchor([anchorFile(kept()), topicPlace()]);
    const [line = ''] = await linesOf(kept());
    const head = parseHead(line);
    expect(head).toMatchObject({ seq, hash, at: '2026-01-01T00:00:00.000Z' });
    const { verifying } = await readAuditKey(keyFile());
    expect(head && headProblem(head, [verifying])).toBeNull();
    expect(await linesInTopic()).toEqual([line]);
    const configs = (await connection.admin.topicConfigs([topic])).get(topic);
    expect([configs?.get('cleanup.policy'), configs?.get('retention.ms')]).toEqual(['delete', '-1']);
    expect(await stateOf(`file ${kept()}`)).toMatchObject({ anchoredSeq: seq, error: null });
    expect(await stateOf(`topic main/${topic}`)).toMatchObject({ anchoredSeq: seq, error: null });
  });

  it('are signed at most once a minute, and only when the head has moved', async () => {
    await append('replay/2');
    nowMs += anchorEveryMs - 1;
    await anchor([anchorFile(kept()), topicPlace()]);
    expect(await linesOf(kept())).toHaveLength(1);
    nowMs += 1;
    await anchor([anchorFile(kept()), topicPlace()]);
    nowMs += 10 * anchorEveryMs;
    await anchor([anchorFile(kept()), topicPlace()]);
    expect(await linesOf(kept())).toHaveLength(2);
    expect(await linesInTopic()).toEqual(await linesOf(kept()));
  });

  it('go on in the other place while one fails, which says since when and why, and catches up', async () => {
    const wrong = `${topic}.compacted`;
    await createTopics([{ topic: wrong, configs: { 'cleanup.policy': 'compact' } }]);
    const { seq } = await append('replay/3');
    nowMs += anchorEveryMs;
    const since = new Date(nowMs);
    await anchor([anchorFile(kept()), topicPlace(wrong), topicPlace(`${topic}.absent`, false)]);
    nowMs += anchorEveryMs;
    await anchor([anchorFile(kept()), topicPlace(wrong)]);
    expect(await stateOf(`file ${kept()}`)).toMatchObject({ anchoredSeq: seq, failingSince: null });
    expect(await stateOf(`topic main/${wrong}`)).toMatchObject({
      anchoredSeq: null,
      failingSince: since,
      error: expect.stringContaining('cleanup.policy is compact'),
    });
    expect(await stateOf(`topic main/${topic}.absent`)).toMatchObject({
      error: expect.stringContaining('is not there'),
    });
    await anchor([topicPlace()]);
    expect(await linesInTopic()).toEqual(await linesOf(kept()));
  });

  it('are not signed with a key that others can read', async () => {
    await append('replay/4');
    await chmod(keyFile(), 0o640);
    nowMs += anchorEveryMs;
    await anchor([anchorFile(kept())]);
    expect(await stateOf('signing')).toMatchObject({ error: expect.stringContaining('chmod 600') });
    await chmod(keyFile(), 0o600);
    nowMs += anchorEveryMs;
    await anchor([anchorFile(kept())]);
    expect(await stateOf('signing')).toMatchObject({ error: null, failingSince: null });
  });

  it('stand in an export behind their lines, which verifies with the public key and the anchors', async () => {
    const { verifying } = await readAuditKey(keyFile());
    const lines = await exported();
    const anchors = (await linesOf(kept())).map((line) => Buffer.from(line));
    expect(verifyExport(lines, anchors, [verifying])).toMatchObject({
      ok: true,
      seq: 5n,
      signed: { seq: 4n },
      anchored: { seq: 4n },
    });
    const [newest] = await test.database.stores.audit.list({}, { limit: 1, before: null });
    expect(newest).toMatchObject({ action: 'audit.export', actor: 'ana' });
  });

  it('go on behind a write that broke off, and never behind a newer or another head', async () => {
    const whole = await readFile(kept(), 'utf8');
    await writeFile(kept(), `${whole}{"head":{"inst`);
    nowMs += anchorEveryMs;
    await anchor([anchorFile(kept())]);
    expect(await stateOf(`file ${kept()}`)).toMatchObject({ anchoredSeq: 5n, error: null });
    expect(parseHead((await linesOf(kept())).at(-1) ?? '')).toMatchObject({ seq: 5n });

    const { signing } = await readAuditKey(keyFile());
    const head = await test.database.stores.audit.head();
    const later = signHead({ ...head, seq: 900n, at: new Date(nowMs).toISOString() }, signing);
    await writeFile(kept(), `${headText(later)}\n`);
    await append('replay/6');
    nowMs += anchorEveryMs;
    await anchor([anchorFile(kept())]);
    expect(await stateOf(`file ${kept()}`)).toMatchObject({
      error: expect.stringContaining('cut back, or restored'),
    });
    expect(await readFile(kept(), 'utf8')).toBe(`${headText(later)}\n`);
  });
});
