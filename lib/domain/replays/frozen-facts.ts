import { DigestSet } from '../kernel/digest-set.ts';
import type { FrozenRecord } from './frozen-record.ts';
import { PartitionSpans } from './partition-spans.ts';
import type { ManifestSummary } from './replay.ts';

/** What is said of a frozen set as a whole, by its records alone. */
export type FrozenFacts = Pick<ManifestSummary, 'records' | 'oldestAt' | 'newestAt' | 'partitions'> & {
  diverted: number;
  /** Of what is sent on, the oldest timestamp that a policy of original ones writes (outgoing.ts); null where nothing is sent on. */
  oldestOriginalMs: number | null;
  /** Of what is sent on. */
  missingOrigins: number;
  maxAttempt: number;
  retried: number;
  /** Lineage roots of these, the oldest first: at most `mostRetriedRoots`. */
  retriedRoots: readonly string[];
  /** Key and value equal to those of another record of the set. */
  duplicates: number;
};

/** So many roots are asked about; of more than these the outcome of earlier attempts stands as that of a part. */
export const mostRetriedRoots = 20_000;

/** Counts the records of a frozen set one by one, in memory that does not grow with what is in them: some 40 bytes a record. */
export class FrozenCount {
  readonly #spans = new PartitionSpans();
  readonly #contents = new DigestSet();
  /** Of what is sent on, the largest partition of each origin topic. */
  readonly #origins = new Map<string, number>();
  readonly #retriedRoots: string[] = [];
  readonly #attempts: boolean;
  #records = 0;
  #oldest = Number.POSITIVE_INFINITY;
  #newest = Number.NEGATIVE_INFINITY;
  #oldestOriginal = Number.POSITIVE_INFINITY;
  #diverted = 0;
  #missingOrigins = 0;
  #maxAttempt = 1;
  #retried = 0;

  /** @param of `attempts`: whether what is sent on is an attempt of its lineage; what is moved into a quarantine is none, as is what is copied there */
  constructor({ attempts }: { attempts: boolean }) {
    this.#attempts = attempts;
  }

  /** What is no attempt has the number of those before. */
  #wasSent({ attempt, divert }: FrozenRecord): boolean {
    return attempt > (this.#attempts && divert === undefined ? 1 : 0);
  }

  /** All of one source topic, the oldest first. */
  add(record: FrozenRecord): void {
    this.#records++;
    this.#oldest = Math.min(this.#oldest, record.atMs);
    this.#newest = Math.max(this.#newest, record.atMs);
    this.#maxAttempt = Math.max(this.#maxAttempt, record.attempt);
    this.#contents.add(record.carried);
    this.#spans.add(record.partition, record.offset);
    if (record.divert !== undefined) this.#diverted++;
    else this.#addSentOn(record);
    if (this.#wasSent(record)) {
      this.#retried++;
      if (this.#retriedRoots.length < mostRetriedRoots) this.#retriedRoots.push(record.lineageRoot);
    }
  }

  #addSentOn({ origin, originTimestampMs, atMs }: FrozenRecord): void {
    this.#oldestOriginal = Math.min(this.#oldestOriginal, originTimestampMs ?? atMs);
    if (origin === null) this.#missingOrigins++;
    else {
      const { topic, partition } = origin;
      this.#origins.set(topic, Math.max(partition, this.#origins.get(topic) ?? 0));
    }
  }

  facts(): FrozenFacts {
    const instant = (ms: number) => (this.#records === 0 ? null : new Date(ms).toISOString());
    return {
      records: this.#records,
      oldestAt: instant(this.#oldest),
      newestAt: instant(this.#newest),
      partitions: this.#spans.list().map(({ partition, first, last, records }) => ({
        ...{ partition, records },
        first: String(first),
        last: String(last),
      })),
      oldestOriginalMs: this.#records === this.#diverted ? null : this.#oldestOriginal,
      diverted: this.#diverted,
      missingOrigins: this.#missingOrigins,
      maxAttempt: this.#maxAttempt,
      retried: this.#retried,
      retriedRoots: this.#retriedRoots,
      duplicates: this.#records - this.#contents.size,
    };
  }

  /**
   * Of what is sent on, the partition count that the topics of all origins share; null when they differ, or one is not known or has fewer than its origin says.
   * @param partitionsOf partition count by topic, of every topic of the cluster
   */
  sharedOriginPartitions(partitionsOf: ReadonlyMap<string, number>): number | null {
    if (this.#missingOrigins > 0) return null;
    const counts = new Set(
      [...this.#origins].map(([topic, most]) => {
        const partitions = partitionsOf.get(topic) ?? 0;
        return most < partitions ? partitions : null;
      }),
    );
    return counts.size === 1 ? ([...counts][0] ?? null) : null;
  }
}
