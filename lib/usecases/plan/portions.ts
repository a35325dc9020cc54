import type { StagedPortion } from '#lib/store/plan-staging.ts';

/**
 * Of how many records a portion is, and within how long so many have to be staged before the first is handed over: who holds it keeps others who decide
 * about the topic waiting until all is frozen.
 */
export type PortionTerms = { records: number; withinMs: number };
export const planPortions: PortionTerms = { records: 125_000, withinMs: 5000 };

/** How many records the first portion has, none where there is nothing, and whether others may follow. */
export type FirstPortion = { records: number; isAll: boolean };

/** Hands over what is staged, portion by portion while more is: one at the end where that goes slowly, or nobody holds it meanwhile (`terms` null). */
export class Portions {
  /** Ends behind the last, or fails. Nobody has to read it. */
  readonly handedOver: ReadableStream<StagedPortion>;
  readonly #commit: () => Promise<StagedPortion>;
  readonly #terms: PortionTerms | null;
  readonly #now: () => number;
  readonly #first = Promise.withResolvers<FirstPortion>();
  #out: ReadableStreamDefaultController<StagedPortion> | undefined;
  #begun = false;
  #waiting = 0;
  #timed = 0;
  #since: number;

  constructor(
    commit: () => Promise<StagedPortion>,
    terms: PortionTerms | null,
    now: () => number = () => performance.now(),
  ) {
    this.#commit = commit;
    this.#terms = terms;
    this.#now = now;
    this.#since = now();
    this.handedOver = new ReadableStream({
      start: (out) => {
        this.#out = out;
      },
    });
  }

  /** Fails with `fail`. */
  get first(): Promise<FirstPortion> {
    return this.#first.promise;
  }

  /** Behind every page that was staged. */
  async added(records: number): Promise<void> {
    this.#waiting += records;
    this.#timed += records;
    if (this.#terms === null || this.#timed < this.#terms.records) return;
    const fast = this.#now() - this.#since <= this.#terms.withinMs;
    this.#timed = 0;
    this.#since = this.#now();
    if (fast || this.#begun) await this.#handOver(false);
  }

  /** Nothing follows. */
  async end(): Promise<void> {
    if (this.#waiting > 0) await this.#handOver(true);
    this.#first.resolve({ records: 0, isAll: true });
    this.#out?.close();
  }

  fail(why: unknown): void {
    this.#first.reject(why);
    this.#out?.error(why);
  }

  async #handOver(isLast: boolean): Promise<void> {
    const portion = await this.#commit();
    this.#waiting = 0;
    this.#begun = true;
    this.#first.resolve({ records: portion.records, isAll: isLast });
    this.#out?.enqueue(portion);
  }
}
