import { BrokerFailure } from '#lib/broker/port/failure.ts';
import type { FaultCounts, FaultKind } from './faults.ts';
import type { Random } from './random.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import type { Timeline } from './timeline.ts';

export type ServerName = 'broker' | 'database';

/** Thrown by an effect that has to wait for another (a lock, a transaction that completes): it is tried again. */
export class Blocked {}

const callFaults = ['call_refused', 'reply_lost', 'request_late', 'worker_killed', 'worker_stalled'] as const;
const retryMs = 12;
const patienceMs = 12_000;
const timeOutMs = 400;

export type Weather = {
  random: Random;
  counts: FaultCounts;
  enabled: (kind: FaultKind) => boolean;
  /** How likely a call meets a fault, where its kind is enabled. */
  rate: number;
};

/**
 * Every call to a server is a request that arrives some time later, takes effect as a whole, and a reply that arrives later again; between
 * them anybody else may act, and either way may fail.
 */
export class Network {
  readonly downUntilMs: Record<ServerName, number> = { broker: 0, database: 0 };
  readonly #timeline: Timeline;
  readonly #weather: Weather;
  readonly #trace: (line: () => string) => void;

  constructor(timeline: Timeline, weather: Weather, trace: (line: () => string) => void) {
    this.#timeline = timeline;
    this.#weather = weather;
    this.#trace = trace;
  }

  /** @throws BrokerFailure or Error, as the client of that server would */
  call<T>(caller: SimulatedProcess, server: ServerName, what: string, effect: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      if (!caller.alive) return;
      const { random } = this.#weather;
      const fault = this.#faultOf(caller);
      if (fault) this.#trace(() => `${caller.name}: ${what}: ${fault}`);
      const fail = (ms: number, how: 'unreachable' | 'timed_out') =>
        this.#answer(ms, () => reject(failureOf(server, how, what)), caller);
      if (fault === 'call_refused') return fail(random.between(1, 20), 'unreachable');
      if (fault === 'request_late') fail(timeOutMs, 'timed_out');
      const givesUpMs = this.#timeline.nowMs + patienceMs;
      const arrive = () => {
        // What a process that died had handed to its network may or may not have left it.
        if (!caller.alive && random.chance(0.5)) return;
        if (this.downUntilMs[server] > this.#timeline.nowMs) return fail(10, 'unreachable');
        const answer = this.#take(effect);
        if (answer === 'blocked') {
          if (this.#timeline.nowMs < givesUpMs) this.#timeline.after(retryMs, arrive);
          else fail(0, 'timed_out');
          return;
        }
        this.#trace(() => `${caller.name}: ${what}${'error' in answer ? ` ! ${answer.error.message}` : ''}`);
        if (fault === 'reply_lost') return fail(timeOutMs, 'timed_out');
        this.#reply(caller, () => ('error' in answer ? reject(answer.error) : resolve(answer.value)));
      };
      const underWayMs = fault === 'request_late' ? random.between(500, 6000) : random.between(0, 9);
      // A process that was stopped in the middle of its work has not sent it yet.
      const send = () => this.#timeline.after(underWayMs, arrive);
      if (caller.stalledUntilMs > this.#timeline.nowMs) this.#timeline.after(0, send, caller);
      else send();
    });
  }

  #faultOf(caller: SimulatedProcess): FaultKind | null {
    const { random, rate, enabled, counts } = this.#weather;
    if (!random.chance(rate)) return null;
    const fault = random.pick(callFaults);
    if (!enabled(fault)) return null;
    if (fault === 'worker_killed' || fault === 'worker_stalled') {
      if (!caller.name.startsWith('worker')) return null;
      this.#strike(caller, fault);
    }
    counts[fault]++;
    return fault;
  }

  /** A process that dies or stops while this call is under way. */
  #strike(caller: SimulatedProcess, fault: 'worker_killed' | 'worker_stalled'): void {
    const { random } = this.#weather;
    const stall = stallMs(random);
    this.#timeline.after(random.between(0, 12), () => {
      this.#trace(() => `${caller.name}: ${fault === 'worker_killed' ? 'dies' : `stops for ${stall} ms`}`);
      if (fault === 'worker_killed') caller.kill();
      else caller.stalledUntilMs = this.#timeline.nowMs + stall;
    });
  }

  #take<T>(effect: () => T): 'blocked' | { value: T } | { error: Error } {
    try {
      return { value: effect() };
    } catch (error) {
      if (error instanceof Blocked) return 'blocked';
      return { error: error as Error };
    }
  }

  #reply(caller: SimulatedProcess, act: () => void): void {
    const { random } = this.#weather;
    const now = caller.alive && caller.stalledUntilMs <= this.#timeline.nowMs && random.chance(0.5);
    if (now) {
      this.#timeline.wake();
      act();
    } else this.#answer(random.between(0, 9), act, caller);
  }

  #answer(ms: number, act: () => void, caller: SimulatedProcess): void {
    const answer = () => {
      this.#timeline.wake();
      act();
    };
    this.#timeline.after(ms, answer, caller);
  }
}

/** Short of a lease's time, or well past it. */
export const stallMs = (random: Random): number =>
  random.chance(0.3) ? random.between(100, 2000) : random.between(3500, 11_000);

const failureOf = (server: ServerName, how: 'unreachable' | 'timed_out', what: string): Error =>
  server === 'broker'
    ? new BrokerFailure(how, `${what}: ${how} (simulated)`)
    : new Error(`database: ${what}: ${how} (simulated)`);
