import type { Database, Stores } from '#lib/store/database.ts';
import type { BrokenPart } from '../broken.ts';
import type { Network } from '../network.ts';
import type { SimulatedProcess } from '../simulated-process.ts';
import type { Timeline } from '../timeline.ts';
import { simulateBatches } from './batch-store.ts';
import {
  simulateBreakGlass,
  simulateEvidence,
  simulateFlowChecks,
  simulateGroupEvents,
  simulateMarkers,
  simulateWritePermissions,
} from './evidence-stores.ts';
import {
  simulateApprovals,
  simulateAudit,
  simulateChunks,
  simulateFlowVersions,
  simulatePolicies,
  simulateUsers,
} from './governance-stores.ts';
import { simulateLeases } from './lease-store.ts';
import { simulateAttempts, simulateDispositions, simulateReservations } from './letter-stores.ts';
import { simulatePaces } from './pace-store.ts';
import { simulateReplays } from './replay-store.ts';
import { simulateReturns } from './return-store.ts';
import type { TableName } from './rows.ts';
import type { Statements } from './statements.ts';
import { Tables, Transaction } from './transaction.ts';

/** The stores that executing and deciding use, each made when it is first asked for. */
const simulated: Readonly<
  Record<string, (statements: Statements, postgres: SimulatedPostgres) => Partial<Stores[keyof Stores]>>
> = {
  leases: simulateLeases,
  replays: simulateReplays,
  replayBatches: simulateBatches,
  replayReturns: (statements, postgres) => simulateReturns(statements, () => postgres.indexedUpTo()),
  replayApprovals: simulateApprovals,
  replayEvidence: simulateEvidence,
  markers: simulateMarkers,
  groupEvents: simulateGroupEvents,
  writePermissions: simulateWritePermissions,
  flowChecks: simulateFlowChecks,
  breakGlass: simulateBreakGlass,
  replayPaces: simulatePaces,
  replayReservations: simulateReservations,
  dispositions: simulateDispositions,
  lineageAttempts: simulateAttempts,
  manifestChunks: simulateChunks,
  policies: simulatePolicies,
  flowVersions: simulateFlowVersions,
  audit: simulateAudit,
  users: simulateUsers,
};

export type Change = { table: TableName; key: string; row: unknown };
/** What a transaction changed, and when it began. */
export type OnCommit = (changes: readonly Change[], began: Date) => void;

/** A dead connection is noticed by the server this much later; what was on the wire before counts. */
const noticedMs = 20;
const lateCommitMs = 7000;

/** The one Postgres of a world, as each process reaches it over the network. */
export class SimulatedPostgres {
  readonly tables = new Tables();
  readonly #timeline: Timeline;
  readonly #network: Network;
  readonly #broken: BrokenPart | null;
  readonly #onCommit: OnCommit;
  readonly #open = new Set<Transaction>();
  indexedUpTo: () => Date | null = () => null;
  /** What the code asked for that is not simulated: the simulation has to be extended. */
  readonly unknownCalls = new Set<string>();

  constructor(timeline: Timeline, network: Network, broken: BrokenPart | null, onCommit: OnCommit) {
    this.#timeline = timeline;
    this.#network = network;
    this.#broken = broken;
    this.#onCommit = onCommit;
  }

  /** Killed and started again: every open transaction is gone. */
  restart(downMs: number): void {
    this.#network.downUntilMs.database = this.#timeline.nowMs + downMs;
    for (const transaction of this.#open) transaction.end();
    this.#open.clear();
  }

  #begin(): Transaction {
    const transaction = new Transaction(this.tables, this.#timeline.date());
    this.#open.add(transaction);
    return transaction;
  }

  #commit(transaction: Transaction): void {
    if (!transaction.open) throw new Error('the connection was lost');
    this.#open.delete(transaction);
    const changes = transaction.commit();
    if (changes.length > 0) this.#onCommit(changes, transaction.began);
  }

  #rollBack(transaction: Transaction): void {
    this.#open.delete(transaction);
    transaction.end();
  }

  /** One statement in a transaction of its own. */
  #alone<T>(caller: SimulatedProcess, what: string, effect: (rows: Transaction) => T): Promise<T> {
    return this.#network.call(caller, 'database', what, () => {
      const transaction = this.#begin();
      try {
        const answer = effect(transaction);
        this.#commit(transaction);
        return answer;
      } finally {
        this.#rollBack(transaction);
      }
    });
  }

  #statements(run: Statements['run']): Statements {
    return {
      run,
      now: () => this.#timeline.nowMs,
      date: () => this.#timeline.date(),
      broken: this.#broken,
    };
  }

  connect(caller: SimulatedProcess): Database {
    const database = {
      stores: this.#stores(this.#statements((what, effect) => this.#alone(caller, what, effect))),
      transact: <T>(work: (stores: Stores) => Promise<T>) => this.#transact(caller, work),
    };
    // The rest of the port is what no executor and no decision on a replay uses.
    return database as unknown as Database;
  }

  async #transact<T>(caller: SimulatedProcess, work: (stores: Stores) => Promise<T>): Promise<T> {
    const transaction = this.#begin();
    caller.onEnd(() => this.#timeline.after(noticedMs, () => this.#rollBack(transaction)));
    const statements = this.#statements((what, effect) =>
      this.#network.call(caller, 'database', what, () => {
        if (!transaction.open) throw new Error('the connection was lost');
        return effect(transaction);
      }),
    );
    const stores = this.#stores(statements);
    const endIn = (ms: number) => this.#timeline.after(ms, () => this.#rollBack(transaction));
    let answer: T;
    try {
      answer = await work(stores);
    } catch (error) {
      endIn(noticedMs);
      throw error;
    }
    try {
      await this.#network.call(caller, 'database', 'commit', () => this.#commit(transaction));
      return answer;
    } catch (error) {
      // The commit may still be on its way; until the server notices, the transaction holds its rows.
      endIn(lateCommitMs);
      throw error;
    }
  }

  #stores(statements: Statements): Stores {
    const made = new Map<string, unknown>();
    const stores = new Proxy(simulated, {
      get: (all, name: string) => {
        if (!(name in all)) this.unknownCalls.add(name);
        const known = made.get(name) ?? all[name]?.(statements, this);
        made.set(name, known);
        return known;
      },
    });
    return stores as unknown as Stores;
  }
}
