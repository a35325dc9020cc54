export type BrokerPlace = { nodeId: number; host: string; port: number };
export type RememberedBroker = BrokerPlace & { seenMs: number };
export type GoneBroker = {
  nodeId: number;
  /** null for one that was never seen, only named as a replica. */
  host: string | null;
  port: number | null;
  /** When it was last seen; null when it never was. */
  seenMs: number | null;
  /** Whether any partition has a replica on it; without one it was likely taken out of service. */
  needed: boolean;
};

const rememberMs = 24 * 3_600_000;

/** Brokers seen within the last day, those of now with the time of now. */
export function rememberBrokers(
  known: readonly RememberedBroker[],
  now: readonly BrokerPlace[],
  atMs: number,
): RememberedBroker[] {
  const here = new Set(now.map((each) => each.nodeId));
  return [
    ...now.map(({ nodeId, host, port }) => ({ nodeId, host, port, seenMs: atMs })),
    ...known.filter((each) => !here.has(each.nodeId) && atMs - each.seenMs < rememberMs),
  ].sort((a, b) => a.nodeId - b.nodeId);
}

/** Brokers that were seen in the last day, or that a partition names as a replica, and that the cluster does not list now. */
export function goneBrokers(
  known: readonly RememberedBroker[],
  now: readonly BrokerPlace[],
  replicas: ReadonlySet<number>,
): GoneBroker[] {
  const here = new Set(now.map((each) => each.nodeId));
  const remembered = new Map(known.map((each) => [each.nodeId, each]));
  const ids = [...new Set([...remembered.keys(), ...replicas])].filter((nodeId) => !here.has(nodeId));
  return ids
    .sort((a, b) => a - b)
    .map((nodeId) => {
      const seen = remembered.get(nodeId);
      return {
        nodeId,
        host: seen?.host ?? null,
        port: seen?.port ?? null,
        seenMs: seen?.seenMs ?? null,
        needed: replicas.has(nodeId),
      };
    });
}
