import { BrokerFailure } from '#lib/broker/port/failure.ts';
import { sha256Hex } from '#lib/domain/kernel/brand.ts';
import { cursorGroup } from '#lib/usecases/execute/deps.ts';
import { destinationTopic, perReplay, sourceTopicId } from './dead-letters.ts';
import type { FaultKind } from './faults.ts';
import type { World } from './world.ts';

const otherPolicy = sha256Hex('f'.repeat(64));
const foreignTransaction = 'another-program';

/** What happens to the servers and to what lies in them. @returns false when there was nothing to do it to */
const disasters: Partial<Record<FaultKind, (world: World) => boolean>> = {
  broker_restarted(world) {
    world.kafka.restart(world.random.between(200, 3000));
    return true;
  },
  database_restarted(world) {
    world.postgres.restart(world.random.between(200, 3000));
    return true;
  },
  cursor_lost(world) {
    const { replay } = world.random.pick(asSome(world.replays));
    if (!world.kafka.coordinator.forgetGroup(cursorGroup(replay.id))) return false;
    world.blinded.add(replay.id);
    return true;
  },
  source_expired(world) {
    const { source } = world.kafka;
    const begun = [...world.postgres.tables.rows.replay.values()].some(({ startedAt }) => startedAt !== null);
    // It voids a plan that has not started, and little goes on after that.
    if (!begun && world.random.chance(0.8)) return false;
    source.logStart = BigInt(world.random.between(Number(source.logStart), 2 * perReplay));
    return true;
  },
  source_recreated(world) {
    world.kafka.source.topicId = `${sourceTopicId}-again`;
    return true;
  },
  destination_recreated(world) {
    world.kafka.create(destinationTopic, world.newId(), world.partitions);
    for (const { replay } of world.replays) world.blinded.add(replay.id);
    return true;
  },
  destination_grown(world) {
    return world.kafka.grow(destinationTopic);
  },
  policy_changed(world) {
    const { policy } = world.postgres.tables.rows;
    const version = policy.size + 1;
    const hash = world.random.chance(0.7) ? otherPolicy : world.governed.policyHash;
    policy.set(String(version), { version, hash, createdAt: world.timeline.date() });
    return true;
  },
  chunk_tampered(world) {
    const { chunk } = world.postgres.tables.rows;
    for (const [key, row] of chunk)
      chunk.set(key, { ...row, body: row.body.replace('"attempt":1', '"attempt":2') });
    return true;
  },
  transaction_hung(world) {
    return hang(world);
  },
  target_stopped(world) {
    world.targetStopped = true;
    world.timeline.after(world.random.between(500, 8000), () => {
      world.targetStopped = false;
    });
    return true;
  },
};

const asSome = <T>(items: readonly T[]): [T, ...T[]] => {
  const [first, ...rest] = items;
  if (first === undefined) throw new Error('A world has at least one replay.');
  return [first, ...rest];
};

/** Another program leaves a transaction open on a partition of the destination, until that times out. */
function hang(world: World): boolean {
  const { coordinator } = world.kafka;
  const partition = world.random.between(0, world.partitions - 1);
  try {
    const producer = coordinator.initProducerId(`${foreignTransaction}-${world.newId()}`);
    const log = world.kafka.log(destinationTopic, partition);
    coordinator.addPartitions(producer, [log], world.random.between(300, 9000));
    const record = { partition, key: null, value: null, headers: [], timestampMs: 0 };
    log.append(producer, 0, partition, [record]);
    return true;
  } catch (error) {
    if (error instanceof BrokerFailure) return false;
    throw error;
  }
}

/** Plans what will happen while the faults last; policies and topics change seldom, since little goes on after that. */
export function planDisasters(world: World, lastsMs: number): void {
  const { random, timeline, counts } = world;
  for (const [name, strike] of Object.entries(disasters)) {
    const kind = name as FaultKind;
    if (!world.enabled(kind)) continue;
    const times = final.has(kind) ? (random.chance(0.4) ? 1 : 0) : random.between(1, 3);
    for (let time = 0; time < times; time++)
      timeline.after(random.between(0, lastsMs), () => {
        if (!world.enabled(kind) || !strike(world)) return;
        counts[kind]++;
        world.trace(() => `DISASTER ${kind}`);
      });
  }
}

const final = new Set<FaultKind>([
  'source_recreated',
  'destination_recreated',
  'destination_grown',
  'policy_changed',
  'chunk_tampered',
]);

/** The faults are over: what is broken is repaired as people would, and healthy workers are left, beside those that were stopped and wake up late. */
export function heal(world: World): void {
  world.trace(() => 'HEALED');
  world.healed = true;
  world.weather.rate = 0;
  world.targetStopped = false;
  const { chunk } = world.postgres.tables.rows;
  for (const { replay, manifest } of world.replays)
    for (const each of manifest.chunks) {
      const key = `${replay.id}/${each.index}`;
      // A voided plan has no chunks any more.
      if (chunk.has(key)) chunk.set(key, { ...each, replayId: replay.id });
    }
  for (const worker of world.workers) if (worker.stalledUntilMs <= world.timeline.nowMs) worker.kill();
}
