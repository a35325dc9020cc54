import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSchemaRegistry } from './client.ts';

/** What the server does with the next requests; a registry that is none of ours behaves in ways that a real one won't. */
let answer: (request: IncomingMessage, response: ServerResponse) => void = (_, response) =>
  response.end('{}');
const asked: { url: string | undefined; authorization: string | undefined }[] = [];
const server = createServer((request, response) => {
  asked.push({ url: request.url, authorization: request.headers.authorization });
  answer(request, response);
});
let url = '';
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address !== null && typeof address === 'object') url = `http://127.0.0.1:${address.port}/base/`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const registry = (more: object = {}, options: Parameters<typeof createSchemaRegistry>[1] = {}) =>
  createSchemaRegistry({ url, username: null, password: null, ...more }, options);
const answering = (status: number, body: string, headers: Record<string, string> = {}) => {
  answer = (_, response) => response.writeHead(status, headers).end(body);
};

describe('createSchemaRegistry', () => {
  it('asks below the declared address, with its user, and keeps what has an id', async () => {
    answering(200, JSON.stringify({ schema: '"int"' }));
    const reading = registry({ username: 'reader', password: 'pass:word' });
    asked.length = 0;
    expect(await reading.schemaById(7)).toMatchObject({ kind: 'avro', text: '"int"', references: [] });
    await reading.schemaById(7);
    const basic = `Basic ${Buffer.from('reader:pass:word').toString('base64')}`;
    expect(asked).toEqual([{ url: '/base/schemas/ids/7', authorization: basic }]);
  });

  it('asks for a schema by its GUID, and says when the registry knows no such ids', async () => {
    answering(200, JSON.stringify({ schema: '"int"', guid: 'x' }));
    const reading = registry();
    asked.length = 0;
    const guid = '00112233-4455-6677-8899-aabbccddeeff';
    expect(await reading.schemaByGuid(guid)).toMatchObject({ kind: 'avro', text: '"int"' });
    await reading.schemaByGuid(guid);
    expect(asked.map((each) => each.url)).toEqual([`/base/schemas/guids/${guid}`]);
    answering(404, '{"error_code": 40403}');
    await expect(reading.schemaByGuid('other')).rejects.toThrow('does not know schema other.');
    answering(404, '{}');
    await expect(reading.schemaByGuid('other')).rejects.toThrow('It may be one that knows no GUIDs');
  });

  it('asks for the newest version again after a while', async () => {
    let nowMs = 0;
    const reading = registry({}, { clock: () => nowMs });
    const newest = (version: number) =>
      answering(200, JSON.stringify({ schema: '{}', schemaType: 'JSON', id: 1, subject: 'a/b', version }));
    newest(1);
    asked.length = 0;
    expect(await reading.latest('a/b')).toMatchObject({ kind: 'json-schema', version: 1 });
    newest(2);
    expect(await reading.latest('a/b')).toMatchObject({ version: 1 });
    nowMs = 6000;
    expect(await reading.latest('a/b')).toMatchObject({ version: 2 });
    expect(asked.map((each) => each.url)).toEqual(Array(2).fill('/base/subjects/a%2Fb/versions/latest'));
  });

  it.each([
    [401, '{}', {}, 'unauthorized', /refuses schema 1 \(401\)/],
    [403, '{}', {}, 'unauthorized', /\(403\)/],
    [404, '{"error_code":40403}', {}, 'unknown_schema', /does not know schema 1/],
    [404, '{"error":"no such path"}', {}, 'refused', /Check schemaRegistry.url/],
    [404, '<html>', {}, 'refused', /not JSON/],
    [500, '{}', {}, 'refused', /answered schema 1 with 500/],
    [200, '<html>', {}, 'refused', /not JSON/],
    [200, '{"schema":7}', {}, 'refused', /not what the Confluent API says: schema/],
    [200, '{"schema":"x","schemaType":"XML"}', {}, 'refused', /type "XML"/],
    [200, `"${'x'.repeat(3_000_000)}"`, {}, 'refused', /over 2097152 bytes/],
  ] as const)('%i %.30s is told apart', async (status, body, headers, kind, message) => {
    answering(status, body, headers);
    const failed = registry().schemaById(1);
    await expect(failed).rejects.toMatchObject({ name: 'RegistryFailure', kind });
    await expect(failed).rejects.toThrow(message);
  });

  it('follows no redirect, and takes its password nowhere', async () => {
    answering(302, '', { location: `${url}elsewhere` });
    asked.length = 0;
    await expect(registry({ username: 'a', password: 'b' }).schemaById(1)).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('redirects are not followed'),
    });
    expect(asked.length).toBe(1);
  });

  it('waits so long and no longer, and not again for every question about a record', async () => {
    answer = () => undefined;
    // Long enough for the question to arrive, and no time goes by until the next one.
    const reading = registry({}, { timeoutMs: 2000, clock: () => 0 });
    asked.length = 0;
    await expect(reading.schemaById(1)).rejects.toMatchObject({ kind: 'timed_out' });
    await expect(reading.latest('x')).rejects.toMatchObject({ kind: 'timed_out' });
    expect(asked.length).toBe(1);
  });

  it('says when nobody is there', async () => {
    const failed = registry({ url: 'http://127.0.0.1:1/' }).schemaById(1);
    await expect(failed).rejects.toMatchObject({ kind: 'unreachable' });
    await expect(failed).rejects.toThrow(/can't be reached for schema 1: /);
  });
});
