import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { HttpProbeConfig } from './config.ts';
import { createHttpProbe } from './http-probe.ts';

const servers: (() => void)[] = [];
afterEach(() => {
  for (const close of servers.splice(0)) close();
});

async function books(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { asked, base: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const configOf = (url: string, more: Partial<HttpProbeConfig> = {}): HttpProbeConfig => ({
  kind: 'http',
  name: 'books',
  url,
  headers: {},
  done: [200],
  notDone: [404],
  field: null,
  timeoutMs: 5000,
  atOnce: 4,
  budgetMs: 10_000,
  ...more,
});
const ask = (config: HttpProbeConfig, keys: string[]) => createHttpProbe(config).begin().ask(keys);
const reply = (response: ServerResponse, status: number, body = '') => {
  response.writeHead(status);
  response.end(body);
};

describe('createHttpProbe', () => {
  it('takes the declared statuses for done and not done, and everything else for unknown', async () => {
    const { base, asked } = await books((request, response) =>
      reply(response, Number(/\d+$/.exec(request.url ?? '')?.[0])),
    );
    const answers = await ask(configOf(`${base}/charges/{key}`), ['200', '404', '403', '200']);
    expect([...answers]).toEqual([
      ['200', { kind: 'done' }],
      ['404', { kind: 'not_done' }],
      ['403', { kind: 'unknown', why: 'it answered 403' }],
    ]);
    expect(asked.toSorted()).toEqual(['/charges/200', '/charges/403', '/charges/404']);
  });

  it('reads the declared field, and calls a value that is not declared unknown without repeating it', async () => {
    const { base } = await books((request, response) => {
      const state = request.url?.slice(1);
      reply(
        response,
        200,
        state === 'broken' ? '{' : state === 'none' ? '{}' : JSON.stringify({ data: { state } }),
      );
    });
    const field = { pointer: '/data/state', done: ['paid'], notDone: ['void'] };
    const answers = await ask(configOf(`${base}/{key}`, { field }), [
      'paid',
      'void',
      'secret',
      'none',
      'broken',
    ]);
    expect(Object.fromEntries(answers)).toEqual({
      paid: { kind: 'done' },
      void: { kind: 'not_done' },
      secret: { kind: 'unknown', why: 'its answer says neither done nor not done at /data/state' },
      none: { kind: 'unknown', why: 'its answer has no value at /data/state' },
      broken: { kind: 'unknown', why: 'its answer is not JSON' },
    });
  });

  it('puts a key where it belongs and nowhere else', async () => {
    const { base, asked } = await books((_request, response) => reply(response, 200));
    const hostile = ['a/../../admin', '?x=1', '#', '$&', 'ü ', '%2e%2e'];
    await ask(configOf(`${base}/charges/{key}`), hostile);
    expect(asked.toSorted()).toEqual(hostile.map((key) => `/charges/${encodeURIComponent(key)}`).toSorted());
  });

  it('does not ask for a key that would ask for something else', async () => {
    const { base, asked } = await books((_request, response) => reply(response, 200));
    const answers = await ask(configOf(`${base}/charges/{key}`), ['..', '.', '', '\ud800', 'x'.repeat(513)]);
    expect([...answers.values()].every((answer) => answer.kind === 'unknown')).toBe(true);
    expect(asked).toEqual([]);
  });

  it('follows no redirect', async () => {
    const other = await books((_request, response) => reply(response, 200));
    const { base } = await books((_request, response) => {
      response.writeHead(302, { location: other.base });
      response.end();
    });
    expect((await ask(configOf(`${base}/{key}`), ['a'])).get('a')).toEqual({
      kind: 'unknown',
      why: 'it answered 302',
    });
    expect(other.asked).toEqual([]);
  });

  it('stops asking when the other side fails again and again', async () => {
    const { base, asked } = await books((_request, response) => reply(response, 503));
    const keys = Array.from({ length: 100 }, (_, index) => `k${index}`);
    const answers = await ask(configOf(`${base}/{key}`, { atOnce: 1 }), keys);
    expect(asked).toHaveLength(5);
    expect(answers.size).toBe(100);
    expect(answers.get('k99')).toEqual({
      kind: 'unknown',
      why: 'the probe failed 5 times in a row: it answered 503',
    });
  });

  it('waits no longer than it may, for one answer and for all', async () => {
    const { base, asked } = await books(() => undefined);
    const one = await ask(configOf(`${base}/{key}`, { timeoutMs: 50 }), ['a']);
    expect(one.get('a')).toEqual({ kind: 'unknown', why: 'no answer within 50 ms' });
    const all = await ask(configOf(`${base}/{key}`, { budgetMs: 60, atOnce: 1 }), ['b', 'c']);
    expect(all.get('c')).toEqual({ kind: 'unknown', why: "the probe's time of 60 ms was used up" });
    expect(asked).toEqual(['/a', '/b']);
  });

  it('says that nobody listens, and reads no endless answer', async () => {
    const { base } = await books((_request, response) => {
      response.writeHead(200);
      const write = (): void => void (response.write('x'.repeat(32_768)) && setImmediate(write));
      response.on('drain', write);
      write();
    });
    expect((await ask(configOf(`${base}/{key}`), ['a'])).get('a')).toMatchObject({
      why: 'its answer is over 65536 bytes',
    });
    expect((await ask(configOf('http://127.0.0.1:1/{key}'), ['a'])).get('a')?.kind).toBe('unknown');
  });
});
