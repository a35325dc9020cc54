import { Blocked } from '../network.ts';
import type { Rows, TableName } from './rows.ts';

type Written = Map<string, { table: TableName; key: string; row: unknown }>;
type Lock = { writer: Transaction | null; readers: Set<Transaction> };

/** The committed rows and who holds which of them. */
export class Tables {
  readonly rows: { [T in TableName]: Map<string, Rows[T]> } = {
    replay: new Map(),
    approval: new Map(),
    batch: new Map(),
    landing: new Map(),
    lease: new Map(),
    policy: new Map(),
    chunk: new Map(),
    disposition: new Map(),
    letter: new Map(),
    returned: new Map(),
    watermark: new Map(),
    pace: new Map(),
    reservation: new Map(),
    attempt: new Map(),
    audit: new Map(),
  };
  readonly locks = new Map<string, Lock>();
}

/**
 * One transaction as Postgres runs it by default: it reads what is committed and its own writes, holds the rows that it wrote or locked until it ends,
 * and all of it takes effect at once or not at all.
 */
export class Transaction {
  open = true;
  readonly began: Date;
  readonly #tables: Tables;
  readonly #written: Written = new Map();
  readonly #held = new Set<string>();

  constructor(tables: Tables, began: Date) {
    this.#tables = tables;
    this.began = began;
  }

  get<T extends TableName>(table: T, key: string): Rows[T] | undefined {
    const own = this.#written.get(`${table}/${key}`);
    return own ? ((own.row ?? undefined) as Rows[T] | undefined) : this.#tables.rows[table].get(key);
  }

  all<T extends TableName>(table: T): Rows[T][] {
    const committed = this.#tables.rows[table];
    if (this.#written.size === 0) return [...committed.values()];
    const found: Rows[T][] = [];
    for (const [key, row] of committed) if (!this.#written.has(`${table}/${key}`)) found.push(row);
    for (const own of this.#written.values())
      if (own.table === table && own.row !== null) found.push(own.row as Rows[T]);
    return found;
  }

  put<T extends TableName>(table: T, key: string, row: Rows[T] | null): void {
    this.lock(table, key, 'update');
    this.#written.set(`${table}/${key}`, { table, key, row });
  }

  /** @throws Blocked while another transaction holds the row */
  lock(table: TableName, key: string, mode: 'share' | 'update'): void {
    const name = `${table}/${key}`;
    const { locks } = this.#tables;
    const lock = locks.get(name);
    if (lock) {
      const othersRead = lock.readers.size > (lock.readers.has(this) ? 1 : 0);
      if ((lock.writer && lock.writer !== this) || (mode === 'update' && othersRead)) throw new Blocked();
      if (mode === 'update') lock.writer = this;
      else lock.readers.add(this);
    } else
      locks.set(name, {
        writer: mode === 'update' ? this : null,
        readers: new Set(mode === 'share' ? [this] : []),
      });
    this.#held.add(name);
  }

  /** @returns what it changed */
  commit(): readonly { table: TableName; key: string; row: unknown }[] {
    const changes = [...this.#written.values()];
    for (const { table, key, row } of changes) {
      const rows = this.#tables.rows[table] as Map<string, unknown>;
      if (row === null) rows.delete(key);
      else rows.set(key, row);
    }
    this.end();
    return changes;
  }

  /** Ends it; what it did not commit is gone. */
  end(): void {
    this.open = false;
    this.#written.clear();
    for (const name of this.#held) {
      const lock = this.#tables.locks.get(name);
      if (!lock) continue;
      if (lock.writer === this) lock.writer = null;
      lock.readers.delete(this);
      if (!lock.writer && lock.readers.size === 0) this.#tables.locks.delete(name);
    }
    this.#held.clear();
  }
}
