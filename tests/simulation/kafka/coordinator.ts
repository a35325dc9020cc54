import { BrokerFailure } from '#lib/broker/port/failure.ts';
import type { Cursor } from '#lib/broker/port/writer.ts';
import type { BrokenPart } from '../broken.ts';
import { Blocked } from '../network.ts';
import type { Random } from '../random.ts';
import type { Timeline } from '../timeline.ts';
import type { PartitionLog } from './partition-log.ts';

type State = {
  id: number;
  epoch: number;
  state: 'empty' | 'ongoing' | 'completing';
  logs: Set<PartitionLog>;
  groups: Set<string>;
  cursors: Cursor[];
  begun: number;
};

export type Producer = { transactionalId: string; id: number; epoch: number };

const fenced = () => new BrokerFailure('fenced', 'PRODUCER_FENCED (simulated)');
const markerMs = 25;

/**
 * The transaction and group coordinators: one open transaction a transactional id, InitProducerId fences (KIP-98, KIP-447), the commit is decided once and
 * its markers reach each partition and the group some time later.
 */
export class Coordinator {
  readonly #states = new Map<string, State>();
  readonly #offsets = new Map<string, Map<string, Cursor>>();
  readonly #timeline: Timeline;
  readonly #random: Random;
  readonly #broken: BrokenPart | null;
  #ids = 0;

  constructor(timeline: Timeline, random: Random, broken: BrokenPart | null) {
    this.#timeline = timeline;
    this.#random = random;
    this.#broken = broken;
  }

  /** @throws Blocked until what was open is completed */
  initProducerId(transactionalId: string): Producer {
    const state = this.#states.get(transactionalId);
    if (!state) {
      const id = ++this.#ids;
      const fresh = { state: 'empty', logs: new Set<PartitionLog>(), groups: new Set<string>() } as const;
      this.#states.set(transactionalId, { ...fresh, id, epoch: 0, cursors: [], begun: 0 });
      return { transactionalId, id, epoch: 0 };
    }
    if (this.#broken === 'no_fencing') return { transactionalId, id: state.id, epoch: state.epoch };
    if (state.state === 'ongoing') this.#abort(state);
    if (state.state === 'completing') throw new Blocked();
    state.epoch++;
    return { transactionalId, id: state.id, epoch: state.epoch };
  }

  addPartitions(producer: Producer, logs: readonly PartitionLog[], timeoutMs: number): void {
    const state = this.#begin(producer, timeoutMs);
    for (const log of logs) state.logs.add(log);
  }

  addOffsets(producer: Producer, groupId: string, timeoutMs: number): void {
    this.#begin(producer, timeoutMs).groups.add(groupId);
  }

  /** What the leader of a partition asks before it appends (KIP-890). */
  verify(producer: Producer, log: PartitionLog): void {
    if (!this.#current(producer).logs.has(log))
      throw new BrokerFailure('rejected', 'INVALID_TXN_STATE (simulated)');
  }

  commitOffset(producer: Producer, cursor: Cursor): void {
    const state = this.#current(producer);
    if (!state.groups.has(cursor.groupId))
      throw new BrokerFailure('rejected', 'INVALID_TXN_STATE (simulated)');
    if (this.#broken === 'cursor_outside_transaction') this.#store(cursor);
    state.cursors.push(cursor);
  }

  endTransaction(producer: Producer): void {
    const state = this.#current(producer);
    if (state.state !== 'ongoing') throw new BrokerFailure('rejected', 'INVALID_TXN_STATE (simulated)');
    this.#complete(state, true);
  }

  /** @param stable waits for a commit of the group that is decided and not there yet */
  committed(groupId: string, stable: boolean): readonly Cursor[] {
    if (stable)
      for (const state of this.#states.values())
        if (state.cursors.some((cursor) => cursor.groupId === groupId)) throw new Blocked();
    return [...(this.#offsets.get(groupId)?.values() ?? [])];
  }

  commitOf(groupId: string, topic: string, partition: number, offset: bigint, metadata = ''): void {
    this.#store({ groupId, topic, partition, offset, metadata });
  }

  /** As offset retention does with a group that nobody is in. @returns whether there was one */
  forgetGroup(groupId: string): boolean {
    return this.#offsets.delete(groupId);
  }

  #begin(producer: Producer, timeoutMs: number): State {
    const state = this.#current(producer);
    if (state.state === 'completing') throw new Blocked();
    if (state.state === 'ongoing') return state;
    state.state = 'ongoing';
    const begun = ++state.begun;
    this.#timeline.after(timeoutMs, () => {
      if (state.state === 'ongoing' && state.begun === begun) this.#abort(state);
    });
    return state;
  }

  #current({ transactionalId, id, epoch }: Producer): State {
    const state = this.#states.get(transactionalId);
    if (!state || state.id !== id || state.epoch !== epoch) throw fenced();
    return state;
  }

  #abort(state: State): void {
    state.epoch++;
    this.#complete(state, false);
  }

  /** The decision is taken here; each marker is written some time after it. */
  #complete(state: State, commit: boolean): void {
    state.state = 'completing';
    const { cursors } = state;
    let left = state.logs.size + 1;
    const done = () => {
      if (--left > 0) return;
      state.state = 'empty';
      state.logs = new Set();
      state.groups = new Set();
    };
    for (const log of state.logs)
      this.#timeline.after(this.#random.between(0, markerMs), () => {
        log.mark(state.id, commit);
        done();
      });
    this.#timeline.after(this.#random.between(0, markerMs), () => {
      if (commit) for (const cursor of cursors) this.#store(cursor);
      state.cursors = [];
      done();
    });
  }

  #store(cursor: Cursor): void {
    const known = this.#offsets.get(cursor.groupId) ?? new Map<string, Cursor>();
    known.set(`${cursor.topic}:${cursor.partition}`, cursor);
    this.#offsets.set(cursor.groupId, known);
  }
}
