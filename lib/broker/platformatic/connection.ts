import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { apiVersionsV3, type Broker, type Connection, ConnectionPool } from '@platformatic/kafka';
import type { ClusterConfig } from '#lib/config/config.ts';
import { BrokerFailure } from '../port/failure.ts';
import type { BrokerVersions, Call } from './call.ts';
import { isConnectionLoss, protocolErrorName, toBrokerFailure } from './failure.ts';
import { createMetadataCache, type MetadataCache } from './metadata.ts';
import { connectionOptions } from './properties.ts';

/**
 * `control` for short questions; `fetch` for Fetch and other calls that may wait at the broker. Kafka answers one connection in order, so a waiting
 * Fetch would hold up everything behind it.
 */
export type Lane = 'control' | 'fetch';

export type CallOptions = { lane?: Lane; deadlineMs?: number };

/**
 * Raw protocol calls of one cluster: which broker to ask, connections, deadlines, translated errors. Connects when first asked; a broken
 * connection is dropped and the next call opens another, so a restarted broker is found again by itself. Every method throws BrokerFailure:
 * 'timed_out' past the deadline, 'unreachable' when no connection comes about. `what` names the call for messages.
 */
export type BrokerLink = {
  readonly cluster: string;
  readonly metadata: MetadataCache;
  /** Asks whichever broker answers first of those known; only for idempotent calls, since it tries others. */
  toAny<T>(what: string, call: Call<T>, options?: CallOptions): Promise<T>;
  toBroker<T>(nodeId: number, what: string, call: Call<T>, options?: CallOptions): Promise<T>;
  /** Asks every broker of the current metadata; one that fails does so alone. */
  toEvery<T>(what: string, call: Call<T>, options?: CallOptions): Promise<Map<number, T | BrokerFailure>>;
  /** Asks the leader of the partition; refreshes the metadata and asks again, a few times within a second, when it was not the leader. */
  toLeader<T>(
    of: { topic: string; partition: number } | { topicId: string; partition: number },
    what: string,
    call: Call<T>,
    options?: CallOptions,
  ): Promise<T>;
  close(): Promise<void>;
};

const defaultDeadlineMs = 10_000;
const connectTimeoutMs = 5_000;
const silentConnectionMs = 30_000;
/** A leader is told of before it has taken over, of a new topic too; it answers like one that was replaced. Kafka's own clients ask again after 100 ms. */
const leaderPausesMs: readonly number[] = [0, 100, 200, 400];
const lostLeadership = new Set([
  'NOT_LEADER_OR_FOLLOWER',
  'LEADER_NOT_AVAILABLE',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'REPLICA_NOT_AVAILABLE',
]);

/** "host:port" or "[v6]:port". Throws BrokerFailure for anything else. */
export function parseServer(server: string): Broker {
  const at = server.lastIndexOf(':');
  const port = Number(server.slice(at + 1));
  if (at < 1 || !Number.isInteger(port))
    throw new BrokerFailure('unreachable', `Bootstrap server "${server}" is not host:port.`);
  return { host: server.slice(0, at).replace(/^\[(.*)\]$/, '$1'), port };
}

/** @param properties client properties to connect with; `config.properties` unless the writer's are wanted */
export function createLink(
  config: Pick<ClusterConfig, 'name' | 'bootstrapServers' | 'properties'>,
  defaults: { deadlineMs?: number } = {},
): BrokerLink {
  const deadlineOf = (options: CallOptions) => options.deadlineMs ?? defaults.deadlineMs ?? defaultDeadlineMs;
  const clientId = `sluice-${randomUUID().slice(0, 8)}`;
  const pools = new Map<Lane, ConnectionPool>();
  const versionsOf = new WeakMap<Connection, Promise<BrokerVersions>>();
  let closed = false;

  const pool = (lane: Lane): ConnectionPool => {
    if (closed) throw new BrokerFailure('unreachable', `The connection to cluster ${config.name} is closed.`);
    const existing = pools.get(lane);
    if (existing) return existing;
    const created = new ConnectionPool(clientId, {
      ...connectionOptions(config.properties),
      connectTimeout: connectTimeoutMs,
      // The link's own deadline comes first; this one only rids the pool of a connection that stays silent.
      requestTimeout: silentConnectionMs,
      maxInflights: 20,
    });
    // Without a listener a second 'error' of a dying socket would take the process down; calls see it by their own rejection.
    created.on('connecting', ({ connection }) => connection.on('error', () => undefined));
    pools.set(lane, created);
    return created;
  };

  const negotiated = (connection: Connection): Promise<BrokerVersions> => {
    const known = versionsOf.get(connection);
    if (known) return known;
    const asked = apiVersionsV3.api
      .async(connection, 'sluice', '1')
      .then((answer) => new Map(answer.apiKeys.map((api) => [api.apiKey, api.maxVersion])));
    versionsOf.set(connection, asked);
    asked.catch(() => versionsOf.delete(connection));
    return asked;
  };

  const send = async <T>(broker: Broker, lane: Lane, call: Call<T>): Promise<T> => {
    const connection = await pool(lane).get(broker);
    return call(connection, await negotiated(connection));
  };

  /** A connection that the broker had closed in the meantime is found out only by using it: so once more on a new one. */
  const sendAgain = <T>(broker: Broker, lane: Lane, call: Call<T>): Promise<T> =>
    send(broker, lane, call).catch((error) => {
      if (!isConnectionLoss(error) || closed) throw error;
      return send(broker, lane, call);
    });

  const within = async <T>(what: string, options: CallOptions, work: () => Promise<T>): Promise<T> => {
    const deadlineMs = deadlineOf(options);
    const subject = `${what} on cluster ${config.name}`;
    const expiry = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => expiry.reject(new BrokerFailure('timed_out', `${subject}: no answer within ${deadlineMs} ms`)),
      deadlineMs,
    );
    try {
      return await Promise.race([work(), expiry.promise]);
    } catch (error) {
      throw toBrokerFailure(error, subject);
    } finally {
      clearTimeout(timer);
    }
  };

  const candidates = (): Broker[] => {
    const bootstrap = config.bootstrapServers.map(parseServer);
    const known = metadata.brokers();
    const seen = new Set<string>();
    return [...known, ...bootstrap].filter(({ host, port }) => {
      const key = `${host}:${port}`;
      return seen.has(key) ? false : seen.add(key);
    });
  };

  const anyBroker = async <T>(lane: Lane, call: Call<T>): Promise<T> => {
    const brokers = candidates();
    if (brokers.length === 0)
      throw new BrokerFailure('unreachable', `Cluster ${config.name} has no bootstrap servers.`);
    const connected = brokers.filter((broker) => pool(lane).getEstablishedConnection(broker)?.isConnected());
    const order = [...connected, ...brokers.filter((broker) => !connected.includes(broker))];
    let last: unknown;
    for (const broker of order) {
      try {
        return await sendAgain(broker, lane, call);
      } catch (error) {
        last = error;
        if (protocolErrorName(error) !== null || error instanceof BrokerFailure) throw error;
      }
    }
    throw last;
  };

  const nodeBroker = async (nodeId: number): Promise<Broker> => {
    const known = metadata.broker(nodeId);
    if (known) return known;
    await metadata.refresh();
    const found = metadata.broker(nodeId);
    if (!found) throw new BrokerFailure('unreachable', `Broker ${nodeId} is not in the cluster's metadata`);
    return found;
  };

  const metadata = createMetadataCache((call) => within('Metadata', {}, () => anyBroker('control', call)));

  return {
    cluster: config.name,
    metadata,
    toAny: (what, call, options = {}) =>
      within(what, options, () => anyBroker(options.lane ?? 'control', call)),
    toBroker: (nodeId, what, call, options = {}) =>
      within(what, options, async () => sendAgain(await nodeBroker(nodeId), options.lane ?? 'control', call)),
    async toEvery(what, call, options = {}) {
      if (metadata.brokers().length === 0) await within(what, options, () => metadata.refresh());
      const asked = metadata.brokers().map(async (broker) => {
        const result = await within(`${what} at broker ${broker.nodeId}`, options, () =>
          sendAgain(broker, options.lane ?? 'control', call),
        ).catch((error: unknown) => toBrokerFailure(error, what));
        return [broker.nodeId, result] as const;
      });
      return new Map(await Promise.all(asked));
    },
    toLeader: (of, what, call, options = {}) =>
      within(what, options, async () => {
        const attempt = async () => {
          const leader = await metadata.leader(of);
          return sendAgain(await nodeBroker(leader), options.lane ?? 'control', call);
        };
        for (let tries = 0; ; tries++)
          try {
            return await attempt();
          } catch (error) {
            const name = protocolErrorName(error);
            const lost = name !== null && lostLeadership.has(name);
            const pauseMs = lost
              ? leaderPausesMs[tries]
              : isConnectionLoss(error) && tries === 0
                ? 0
                : undefined;
            if (pauseMs === undefined || closed) throw error;
            if (pauseMs > 0) await sleep(pauseMs);
            await metadata.refresh(of);
          }
      }),
    async close() {
      closed = true;
      await Promise.all([...pools.values()].map((each) => each.close()));
      pools.clear();
    },
  };
}
