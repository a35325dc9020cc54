import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { ClusterConfig } from '#lib/config/config.ts';
import type { LogBounds } from './open-ranges.ts';
import { type ReadBackClients, readBackWith } from './read-back.ts';

const cluster: ClusterConfig = {
  name: 'main',
  bootstrapServers: ['nowhere:1'],
  properties: {},
  writeProperties: {},
  schemaRegistry: null,
  readOnly: false,
};

type Fakes = {
  run?: () => Promise<void>;
  log?: LogBounds;
  connect?: () => Promise<void>;
  leaveMs?: number;
};

/** Clients of a broker that is not there. @param done gets every ending of a connection */
const clientsThat =
  (
    {
      run = async () => undefined,
      log = { start: 0n, end: 9n },
      connect = async () => undefined,
      leaveMs = 0,
    }: Fakes,
    done: string[],
  ) =>
  (): ReadBackClients => ({
    groupId: 'g',
    consumer: {
      events: new Proxy({}, { get: (_, name) => name }) as ReadBackClients['consumer']['events'],
      connect,
      disconnect: async () => {
        await sleep(leaveMs);
        done.push('consumer');
      },
      on: () => () => undefined,
      subscribe: async () => undefined,
      run,
      pause: () => undefined,
      seek: () => undefined,
    },
    admin: {
      connect: async () => undefined,
      disconnect: async () => void done.push('admin'),
      deleteGroups: async () => [],
    },
    log: {
      bounds: async () => new Map([[0, log]]),
      close: async () => void done.push('log'),
    },
  });

const read = (fakes: Fakes, done: string[]) =>
  readBackWith(cluster, clientsThat(fakes, done))
    .readRange({
      topic: 't',
      ranges: [{ partition: 0, from: 3n, to: 5n }],
      timeoutMs: 50,
      onRecord: () => undefined,
    })
    .then(
      () => 'read',
      (error: Error) => error.message,
    );

it('a read whose time is over before its group has formed ends at its time, is told to whoever asked and to nobody else', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  const done: string[] = [];
  const forming = Promise.withResolvers<void>();
  // A coordinator that answers late: the answer is ours to give.
  expect(await read({ run: () => forming.promise }, done)).toContain('took longer than 50 ms; open: 0');
  // kafkajs would go on behind a disconnect now.
  expect(done).toEqual([]);
  forming.resolve();
  await expect.poll(() => done).toEqual(['consumer', 'admin', 'log']);
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

it('what can not be connected or formed is a failure of the broker, and leaves nothing connected', async () => {
  for (const fakes of [
    { connect: async () => Promise.reject(new Error('no route')) },
    { run: async () => Promise.reject(new Error('no route')) },
  ]) {
    const done: string[] = [];
    expect(await read(fakes, done)).toBe('Reading t back failed: no route');
    expect(done).toEqual(['consumer', 'admin', 'log']);
  }
});

it('nothing is joined for what the log does not have', async () => {
  const done: string[] = [];
  const run = async () => Promise.reject(new Error('joined'));
  expect(await read({ run, log: { start: 5n, end: 9n } }, done)).toBe('read');
  expect(await read({ run, log: { start: 0n, end: 3n } }, done)).toBe('read');
  expect(done).toEqual(['consumer', 'log', 'consumer', 'log']);
});

it('what was read in time is read, though leaving takes longer', async () => {
  const done: string[] = [];
  expect(await read({ log: { start: 5n, end: 9n }, leaveMs: 80 }, done)).toBe('read');
  expect(done).toEqual(['consumer', 'log']);
});
