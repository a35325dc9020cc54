import { Prisma } from '#generated/prisma/client.ts';
import type { Convention, FailureVerdict } from '#lib/domain/dead-letters/convention.ts';
import { type Sha256, sha256Hex, type TopicName, topicName } from '#lib/domain/kernel/brand.ts';
import { RepeatedColumn, TextColumn } from '#lib/domain/kernel/text-columns.ts';
import { wasAttempt } from './lineage-attempts.ts';

/** A dead letter that may enter a replay, as the index has it. */
export type Candidate = {
  partition: number;
  offset: bigint;
  atMs: number;
  keyHash: string | null;
  contentHash: Sha256;
  convention: Convention;
  origin: { topic: TopicName; partition: number; offset: bigint } | null;
  originTimestampMs: number | null;
  fingerprint: string;
  exceptionClass: string | null;
  verdict: FailureVerdict;
  lineageRoot: string;
  pointer: boolean;
  /** How many replays have sent its lineage root before to where it is processed. */
  attempts: number;
};

/** Of a judged dead letter `j`, in the order of `CandidateRow`. A double has the seconds of a date to far below a millisecond, and costs less than decimal arithmetic. */
export const candidateColumns = Prisma.sql`
  CASE WHEN why IS NOT NULL THEN why WHEN pointer THEN 'pointer' END, partition, "offset", round(date_part('epoch', at) * 1000), key_hash, coalesce(value_bytes, 0), content_hash, convention,
  origin_topic, origin_partition, origin_offset, round(date_part('epoch', origin_at) * 1000), fingerprint, exception_class, verdict, lineage_root,
  (SELECT count(*)::int FROM lineage_attempt a LEFT JOIN replay r ON r.id = a.replay_id
    WHERE a.cluster_id = j.cluster_id AND a.lineage_root = j.lineage_root AND ${wasAttempt})`;

/** A row of `candidateColumns`, as PostgreSQL writes it as text. */
type CandidateRow = readonly [
  leftOut: 'superseded' | 'pointer' | null,
  partition: string,
  offset: string,
  atMs: string,
  keyHash: string | null,
  valueBytes: string,
  contentHash: string,
  convention: Convention,
  originTopic: TopicName | null,
  originPartition: string | null,
  originOffset: string | null,
  originAtMs: string | null,
  fingerprint: string,
  exceptionClass: string | null,
  verdict: FailureVerdict,
  lineageRoot: string,
  attempts: string,
];

const emptyNumbers = (rows: number) => ({
  partition: new Int32Array(rows),
  offset: new BigInt64Array(rows),
  atMs: new Float64Array(rows),
  valueBytes: new Int32Array(rows),
  originPartition: new Int32Array(rows),
  originOffset: new BigInt64Array(rows),
  /** NaN where it is not known. */
  originAtMs: new Float64Array(rows),
  attempts: new Int32Array(rows),
  pointer: new Uint8Array(rows),
});

/**
 * Candidates as they come from the database, in columns: some pages of them are on their way at once, and a million objects that live for that long are copied
 * by the garbage collector, which took four tenths of a plan's CPU in the process that also answers browsers.
 */
export class CandidatePage {
  readonly #numbers: ReturnType<typeof emptyNumbers>;
  readonly #contentHash = new TextColumn();
  /** Empty where there is no key: no hash is. */
  readonly #keyHash = new TextColumn();
  readonly #lineageRoot = new TextColumn();
  readonly #convention = new RepeatedColumn<Convention>();
  /** null where any part of the origin is not known. */
  readonly #originTopic = new RepeatedColumn<TopicName | null>();
  readonly #fingerprint = new RepeatedColumn<string>();
  readonly #exceptionClass = new RepeatedColumn<string | null>();
  readonly #verdict = new RepeatedColumn<FailureVerdict>();
  #rows = 0;
  #superseded = 0;

  /** @param room how many rows it can take */
  constructor(room: number) {
    this.#numbers = emptyNumbers(room);
  }

  /** How many there are, without those that are left out for a newer one of their lineage root. */
  get rows(): number {
    return this.#rows;
  }
  get superseded(): number {
    return this.#superseded;
  }

  get partitions(): Int32Array {
    return this.#numbers.partition.subarray(0, this.#rows);
  }
  get offsets(): BigInt64Array {
    return this.#numbers.offset.subarray(0, this.#rows);
  }
  /** 0 for a tombstone. */
  get valueBytes(): Int32Array {
    return this.#numbers.valueBytes.subarray(0, this.#rows);
  }
  /** 1 for one that only points to its record. */
  get pointers(): Uint8Array {
    return this.#numbers.pointer.subarray(0, this.#rows);
  }
  /** One behind the other. */
  get contentHashes(): string {
    return this.#contentHash.joined();
  }

  /** @param fields of `candidateColumns` */
  add(fields: readonly (string | null)[]): void {
    // In one go: to look at a part first makes an array for the rest, of each of a million records.
    const [
      leftOut,
      partition,
      offset,
      atMs,
      keyHash,
      valueBytes,
      contentHash,
      convention,
      originTopic,
      originPartition,
      originOffset,
      originAtMs,
      fingerprint,
      exceptionClass,
      verdict,
      lineageRoot,
      attempts,
    ] = fields as CandidateRow;
    if (leftOut === 'superseded') {
      this.#superseded++;
      return;
    }
    const numbers = this.#numbers;
    const row = this.#rows++;
    numbers.partition[row] = Number(partition);
    numbers.offset[row] = BigInt(offset);
    numbers.atMs[row] = Number(atMs);
    numbers.valueBytes[row] = Number(valueBytes);
    numbers.originPartition[row] = Number(originPartition);
    numbers.originOffset[row] = BigInt(originOffset ?? 0);
    numbers.originAtMs[row] = originAtMs === null ? Number.NaN : Number(originAtMs);
    numbers.attempts[row] = Number(attempts);
    numbers.pointer[row] = leftOut === 'pointer' ? 1 : 0;
    this.#contentHash.add(contentHash);
    this.#keyHash.add(keyHash ?? '');
    this.#lineageRoot.add(lineageRoot);
    this.#convention.add(convention);
    this.#originTopic.add(originPartition === null || originOffset === null ? null : originTopic);
    this.#fingerprint.add(fingerprint);
    this.#exceptionClass.add(exceptionClass);
    this.#verdict.add(verdict);
  }

  /** Made anew each time. */
  at(row: number): Candidate {
    const numbers = this.#numbers;
    const topic = this.#originTopic.at(row);
    const originAtMs = numbers.originAtMs[row] ?? Number.NaN;
    return {
      partition: numbers.partition[row] ?? 0,
      offset: numbers.offset[row] ?? 0n,
      atMs: numbers.atMs[row] ?? 0,
      keyHash: this.#keyHash.at(row) || null,
      contentHash: sha256Hex(this.#contentHash.at(row)),
      convention: this.#convention.at(row),
      origin:
        topic === null
          ? null
          : {
              topic: topicName(topic),
              partition: numbers.originPartition[row] ?? 0,
              offset: numbers.originOffset[row] ?? 0n,
            },
      originTimestampMs: Number.isNaN(originAtMs) ? null : originAtMs,
      fingerprint: this.#fingerprint.at(row),
      exceptionClass: this.#exceptionClass.at(row),
      verdict: this.#verdict.at(row),
      lineageRoot: this.#lineageRoot.at(row),
      pointer: numbers.pointer[row] === 1,
      attempts: numbers.attempts[row] ?? 0,
    };
  }
}
