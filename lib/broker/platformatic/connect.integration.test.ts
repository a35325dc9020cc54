import { createServer, connect as open, type Socket } from 'node:net';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { createTopics, testBrokers, testPrefix, withTestAdmin } from '#fixtures/kafka.ts';
import { adminContract } from '../contract/admin-contract.ts';
import { connectCluster } from './connect.ts';

const prefix = testPrefix();
let count = 0;
const fresh = (what: string) => `${prefix}${what}${count++}`;
const to = (...bootstrapServers: string[]) => ({
  name: 'main',
  bootstrapServers,
  properties: {},
  writeProperties: {},
  schemaRegistry: null,
  readOnly: true,
});

const connection = connectCluster(to(...testBrokers()));
const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});
afterAll(() => connection.close());

adminContract({
  admin: () => connection.admin,
  newTopicName: () => fresh('topic'),
  createTopic: (topic, partitions, configs) => createTopics([{ topic, partitions, configs }]),
  deleteTopic: (topic) => withTestAdmin((admin) => admin.deleteTopics({ topics: [topic] })),
});

/** A port in front of the broker that can hang, cut and come back, as a broker does. */
async function gateway() {
  const [host = '', port = ''] = (testBrokers()[0] ?? '').split(':');
  const sockets = new Set<Socket>();
  const state = { silent: false };
  const server = createServer((client) => {
    const upstream = open(Number(port), host);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket
        .on('error', () => undefined)
        .on('close', () => {
          sockets.delete(socket);
          client.destroy();
          upstream.destroy();
        });
    }
    client.on('data', (chunk) => state.silent || upstream.write(chunk));
    upstream.on('data', (chunk) => state.silent || client.write(chunk));
  });
  const listen = (at: number) => new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve));
  await listen(0);
  const address = server.address();
  const own = typeof address === 'object' && address ? address.port : 0;
  const cut = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  cleanups.push(async () => server.listening && cut());
  return { server: `127.0.0.1:${own}`, state, cut, back: () => listen(own) };
}

describe('a connection', () => {
  const connected = (server: string, deadlineMs: number) => {
    const made = connectCluster(to(server), { deadlineMs });
    cleanups.push(() => made.close());
    return made;
  };

  it('to nothing fails at once as unreachable, and heals when the broker comes', async () => {
    const gate = await gateway();
    await gate.cut();
    const one = connected(gate.server, 60_000);
    await expect(one.admin.brokerVersion()).rejects.toMatchObject({
      name: 'BrokerFailure',
      kind: 'unreachable',
    });
    await gate.back();
    expect(await one.admin.brokerVersion()).toMatch(/^4\./);
    await gate.cut();
    await expect(one.admin.brokerVersion()).rejects.toMatchObject({ kind: 'unreachable' });
    await gate.back();
    expect(await one.admin.brokerVersion()).toMatch(/^4\./);
  });

  it('a broker that says nothing ends at the deadline as timed_out, naming the call and the cluster', async () => {
    const gate = await gateway();
    // Passed once in silence, and never by a machine that is only slow.
    const one = connected(gate.server, 5_000);
    await one.admin.brokerVersion();
    gate.state.silent = true;
    await expect(one.admin.brokerVersion()).rejects.toMatchObject({
      kind: 'timed_out',
      message: /ApiVersions on cluster main/,
    });
    gate.state.silent = false;
    await gate.cut();
    await gate.back();
    expect(await one.admin.brokerVersion()).toMatch(/^4\./);
  });

  it('refuses what it cannot honour instead of dropping a security setting', async () => {
    const one = connectCluster({
      ...to(...testBrokers()),
      properties: { 'security.protocol': 'SASL_PLAINTEXT', 'sasl.mechanism': 'GSSAPI' },
    });
    await expect(one.admin.describeCluster()).rejects.toMatchObject({
      kind: 'unsupported',
      message: /GSSAPI/,
    });
    await one.close();
    await expect(one.admin.describeCluster()).rejects.toMatchObject({ kind: 'unreachable' });
  });
});
