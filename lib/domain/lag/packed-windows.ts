import { type Runs, runFields } from './runs.ts';
import type { PartitionWindow } from './window.ts';

const headBytes = 48;
const runBytes = 20;
const firstCapacity = 2;
const mostRuns = 32;
/** Cut to length and filled: a list that grows number by number is moved a few times, and first kept as if its numbers were small integers. */
const blankRuns: readonly number[] = Array.from({ length: mostRuns * runFields }, () => 0.5);
const largest = 0xffff_ffff;
/** How long a run lasted that is still open. */
const open = largest;

// The head of a place, in numbers of 8 bytes; behind them, in words of 4, the number of runs and which of them are joined.
const committedBase = 0;
const endBase = 1;
const committedSinceMs = 2;
const stuckSinceMs = 3;
const beganMs = 4;
const runsWord = 10;
const joinedWord = 11;
const firstRunWord = headBytes / 4;
const wordsOfRun = runBytes / 4;

/**
 * The windows of a group on one topic, by partition number. A cluster has a hundred thousand of them that change every round: as objects they are most
 * of what the collector keeps, and replacing them is most of what the garbage collector does. Here each takes some 170 bytes outside of the heap and
 * is written in place. What comes out means exactly what went in; a window that does not fit the form is kept as it is.
 */
export class PackedWindows {
  #places = 0;
  #capacity = firstCapacity;
  #offsets = new BigInt64Array(0);
  #numbers = new Float64Array(0);
  #words = new Uint32Array(0);
  readonly #unfit = new Map<number, PartitionWindow>();

  get(partition: number): PartitionWindow | null {
    const unfit = this.#unfit.size > 0 ? this.#unfit.get(partition) : undefined;
    if (unfit) return unfit;
    if (partition >= this.#places) return null;
    const at = this.#at(partition);
    const count = this.#words[at * 2 + runsWord] ?? 0;
    if (count === 0) return null;
    return {
      committedBase: this.#offsets[at + committedBase] ?? 0n,
      endBase: this.#offsets[at + endBase] ?? 0n,
      runs: this.#runsAt(at, count),
      committedSinceMs: orNull(this.#numbers[at + committedSinceMs]),
      stuckSinceMs: orNull(this.#numbers[at + stuckSinceMs]),
      rewoundFrom: null,
    };
  }

  set(partition: number, window: PartitionWindow): void {
    this.delete(partition);
    const { runs } = window;
    if (runs.length === 0) return;
    if (!isFit(window)) {
      this.#unfit.set(partition, window);
      return;
    }
    this.#makeRoom(partition + 1, runs.length / runFields);
    const at = this.#at(partition);
    // Counted from where its first run stood, the distances stay small however long it has been going on.
    this.#offsets[at + committedBase] = window.committedBase + BigInt(runs[3] ?? 0);
    this.#offsets[at + endBase] = window.endBase + BigInt(runs[4] ?? 0);
    this.#numbers[at + committedSinceMs] = window.committedSinceMs ?? Number.NaN;
    this.#numbers[at + stuckSinceMs] = window.stuckSinceMs ?? Number.NaN;
    this.#numbers[at + beganMs] = runs[0] ?? Number.NaN;
    this.#putRuns(at, runs);
  }

  delete(partition: number): void {
    if (this.#unfit.size > 0) this.#unfit.delete(partition);
    if (partition < this.#places) this.#words[this.#at(partition) * 2 + runsWord] = 0;
  }

  /** Lets go of all partitions but these; where none is left, of the memory too. */
  keepOnly(isKept: (partition: number) => boolean): void {
    let left = false;
    for (let partition = 0; partition < this.#places; partition++) {
      const at = this.#at(partition) * 2 + runsWord;
      if (this.#words[at] === 0) continue;
      if (isKept(partition)) left = true;
      else this.#words[at] = 0;
    }
    for (const partition of this.#unfit.keys()) if (!isKept(partition)) this.#unfit.delete(partition);
    if (!left && this.#places > 0) this.#resize(0, firstCapacity);
  }

  /** Where the place begins, in numbers of 8 bytes. */
  #at(partition: number): number {
    return (partition * (headBytes + runBytes * this.#capacity)) / 8;
  }

  #runsAt(at: number, count: number): Runs {
    const words = this.#words;
    const began = this.#numbers[at + beganMs] ?? Number.NaN;
    const joined = words[at * 2 + joinedWord] ?? 0;
    const runs = blankRuns.slice(0, count * runFields);
    for (let run = 0; run < count; run++) {
      const word = at * 2 + firstRunWord + run * wordsOfRun;
      const to = run * runFields;
      const fromMs = began + (words[word] ?? Number.NaN);
      const lasted = words[word + 1] ?? Number.NaN;
      runs[to] = fromMs;
      runs[to + 1] = lasted === open ? Number.POSITIVE_INFINITY : fromMs + lasted;
      runs[to + 2] = (joined >>> run) & 1;
      runs[to + 3] = words[word + 2] ?? Number.NaN;
      runs[to + 4] = words[word + 3] ?? Number.NaN;
      runs[to + 5] = words[word + 4] ?? Number.NaN;
    }
    return runs;
  }

  #putRuns(at: number, runs: Runs): void {
    const words = this.#words;
    const [began, committed, end] = [runs[0] ?? 0, runs[3] ?? 0, runs[4] ?? 0];
    let joined = 0;
    for (let run = 0; run * runFields < runs.length; run++) {
      const from = run * runFields;
      const word = at * 2 + firstRunWord + run * wordsOfRun;
      const [fromMs, toMs] = [runs[from] ?? 0, runs[from + 1] ?? 0];
      words[word] = fromMs - began;
      words[word + 1] = toMs === Number.POSITIVE_INFINITY ? open : toMs - fromMs;
      if (runs[from + 2] === 1) joined |= 1 << run;
      words[word + 2] = (runs[from + 3] ?? 0) - committed;
      words[word + 3] = (runs[from + 4] ?? 0) - end;
      words[word + 4] = runs[from + 5] ?? 0;
    }
    words[at * 2 + joinedWord] = joined;
    words[at * 2 + runsWord] = runs.length / runFields;
  }

  #makeRoom(places: number, runs: number): void {
    if (places <= this.#places && runs <= this.#capacity) return;
    this.#resize(
      places > this.#places ? Math.max(places, Math.ceil(this.#places * 1.5)) : this.#places,
      // Even, so that every place begins at a multiple of 8 bytes.
      runs > this.#capacity ? runs + (runs % 2) : this.#capacity,
    );
  }

  #resize(places: number, capacity: number): void {
    const [words, kept, wordsBefore] = [this.#words, Math.min(this.#places, places), this.#at(1) * 2];
    [this.#places, this.#capacity] = [places, capacity];
    const wordsNow = this.#at(1) * 2;
    const buffer = new ArrayBuffer(places * wordsNow * 4);
    this.#offsets = new BigInt64Array(buffer);
    this.#numbers = new Float64Array(buffer);
    this.#words = new Uint32Array(buffer);
    for (let place = 0; place < kept; place++)
      this.#words.set(words.subarray(place * wordsBefore, (place + 1) * wordsBefore), place * wordsNow);
  }
}

const orNull = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? null : value);
const isWord = (value: number) => Number.isInteger(value) && value >= 0 && value < largest;

function isFit({ runs, rewoundFrom }: PartitionWindow): boolean {
  if (rewoundFrom !== null || runs.length > mostRuns * runFields) return false;
  const [began, committed, end] = [runs[0] ?? 0, runs[3] ?? 0, runs[4] ?? 0];
  for (let at = 0; at < runs.length; at += runFields) {
    const [fromMs, toMs] = [runs[at] ?? Number.NaN, runs[at + 1] ?? Number.NaN];
    if (!isWord(fromMs - began) || !(toMs === Number.POSITIVE_INFINITY || isWord(toMs - fromMs)))
      return false;
    if (!isWord((runs[at + 3] ?? Number.NaN) - committed) || !isWord((runs[at + 4] ?? Number.NaN) - end))
      return false;
    if (!isWord(runs[at + 5] ?? Number.NaN)) return false;
  }
  return true;
}
