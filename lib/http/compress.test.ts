import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { compressed, passCodingOn, takesGzip } from './compress.ts';

describe('takesGzip', () => {
  it.each<[string | null, boolean]>([
    [null, false],
    ['', false],
    ['gzip', true],
    ['br, deflate', false],
    ['br;q=1.0, GZIP;q=0.8, *;q=0.1', true],
    ['gzip;q=0', false],
    ['*;q=0.5', true],
    ['*, gzip; q=0', false],
    ['identity', false],
  ])('%s: %s', (header, takes) => expect(takesGzip(header)).toBe(takes));
});

describe('compressed', () => {
  const large = JSON.stringify(Array.from({ length: 500 }, (_, at) => ({ at, text: 'ü “orders”' })));

  it('packs what is large, and it is the same text again', async () => {
    const { body, headers } = await compressed(large, 'gzip, deflate, br');
    expect(headers).toEqual({ 'x-sluice-coding': 'gzip', vary: 'accept-encoding' });
    expect(body.length).toBeLessThan(large.length / 5);
    expect(gunzipSync(body as Uint8Array).toString()).toBe(large);
  });

  it('leaves it to whoever does not take that, and leaves what is small', async () => {
    expect(await compressed(large, 'br')).toEqual({ body: large, headers: { vary: 'accept-encoding' } });
    expect(await compressed('{}', 'gzip')).toEqual({ body: '{}', headers: {} });
  });
});

describe('passCodingOn', () => {
  it('lets a client read what a route packed', async () => {
    const text = JSON.stringify('orders '.repeat(1_000));
    const server = createServer(async (request, response) => {
      passCodingOn(response);
      const { body, headers } = await compressed(text, request.headers['accept-encoding'] ?? null);
      response.setHeaders(new Headers(headers));
      response.end(body);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    expect(await answer.text()).toBe(text);
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    expect(answer.headers.has('x-sluice-coding')).toBe(false);
    server.close();
  });
});
