import type { BrokenPart } from './broken.ts';
import {
  deadLetters,
  destinationTopic,
  destinationTopicId,
  quarantinePartitions,
  quarantineTopic,
  quarantineTopicId,
  sourceTopic,
  sourceTopicId,
} from './dead-letters.ts';
import { type FaultCounts, type FaultKind, faultsOfSeed, noFaults } from './faults.ts';
import { type Governed, withoutQuarantine, withQuarantine } from './governed-flow.ts';
import { SimulatedKafka } from './kafka/kafka.ts';
import { Network, type Weather } from './network.ts';
import { SimulatedPostgres } from './postgres/database.ts';
import { type Random, randomOf } from './random.ts';
import { SimulatedProcess } from './simulated-process.ts';
import { type SubmittedReplay, submittedReplay } from './submitted-replay.ts';
import { Timeline } from './timeline.ts';
import { watchCommits } from './watch-commits.ts';

/** How one seed is run. */
export type SeedOptions = {
  seed: number;
  broken?: BrokenPart | null;
  /** Meets these faults alone, and often; otherwise the seed says which. */
  only?: readonly FaultKind[] | null;
  trace?: boolean;
};

/** Everything that exists in one seed's run: servers, replays, faults, and what was found to be wrong. */
export class World {
  readonly seed: number;
  readonly random: Random;
  readonly timeline = new Timeline();
  readonly weather: Weather;
  readonly network: Network;
  readonly postgres: SimulatedPostgres;
  readonly kafka: SimulatedKafka;
  readonly replays: readonly SubmittedReplay[];
  readonly partitions: number;
  readonly governed: Governed;
  readonly counts: FaultCounts = noFaults();
  readonly violations: string[] = [];
  readonly lines: string[] = [];
  readonly workers: SimulatedProcess[] = [];
  /** Replays whose cursor, or the log that it speaks of, was taken away: there an unknown outcome is honest. */
  readonly blinded = new Set<string>();
  /** Set when the faults are over. */
  healed = false;
  targetStopped = false;
  readonly trace: (line: () => string) => void;
  #ids = 0;

  constructor({ seed, broken = null, only = null, trace = false }: SeedOptions) {
    this.seed = seed;
    this.random = randomOf(seed);
    const faults = only ? new Set(only) : faultsOfSeed(this.random);
    this.weather = {
      random: this.random,
      counts: this.counts,
      enabled: (kind) => !this.healed && faults.has(kind),
      rate: only ? 0.06 : this.random.pick([0.03, 0.08, 0.2]),
    };
    this.trace = trace
      ? (line) => this.lines.push(`${String(this.timeline.nowMs).padStart(7)} ${line()}`)
      : () => undefined;
    this.network = new Network(this.timeline, this.weather, this.trace);
    this.postgres = new SimulatedPostgres(this.timeline, this.network, broken, watchCommits(this));
    this.partitions = this.random.between(1, 4);
    this.governed = this.random.chance(0.5) ? withQuarantine : withoutQuarantine;
    const source = { topic: sourceTopic, topicId: sourceTopicId, logStart: 0n, records: deadLetters };
    const { timeline, network, random } = this;
    this.kafka = new SimulatedKafka({ timeline, network, random, broken }, source);
    this.kafka.create(destinationTopic, destinationTopicId, this.partitions);
    this.kafka.create(quarantineTopic, quarantineTopicId, quarantinePartitions);
    this.postgres.indexedUpTo = () => new Date(this.timeline.date().getTime() - 250);
    const count = this.random.chance(0.85) ? 1 : 2;
    this.replays = Array.from({ length: count }, (_, number) => submittedReplay(this, number));
    this.kafka.anySeal = (groupId) =>
      `${this.replays.find(({ replay }) => groupId.endsWith(replay.id))?.replay.digest?.slice(0, 16)}:made-up`;
    this.#store();
  }

  #store(): void {
    const { rows } = this.postgres.tables;
    rows.policy.set('1', { version: 1, hash: this.governed.policyHash, createdAt: this.timeline.date() });
    for (const { replay, manifest } of this.replays) {
      rows.replay.set(replay.id, replay);
      rows.reservation.set(replay.id, { replayId: replay.id });
      for (const chunk of manifest.chunks)
        rows.chunk.set(`${replay.id}/${chunk.index}`, { ...chunk, replayId: replay.id });
      for (const { topicId, partition, offset } of manifest.entries)
        rows.disposition.set(`${topicId}:${partition}:${offset}`, {
          topicId,
          partition,
          offset,
          disposition: 'in_replay',
          replayId: replay.id,
          reason: null,
          by: 'ana',
          at: this.timeline.date(),
        });
    }
  }

  enabled(kind: FaultKind): boolean {
    return this.weather.enabled(kind);
  }

  newId = (): string => `b-${++this.#ids}`;

  newProcess(kind: string): SimulatedProcess {
    return new SimulatedProcess(`${kind}-${++this.#ids}`);
  }

  violate(what: string): void {
    this.trace(() => `VIOLATION ${what}`);
    if (!this.violations.includes(what)) this.violations.push(what);
  }
}
