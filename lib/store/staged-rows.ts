import { mostUtf8Bytes, withRoom } from '#lib/domain/kernel/byte-room.ts';
import type { FrozenRecord } from '#lib/domain/replays/frozen-record.ts';

/** So much is copied in at once. */
const copiedAtOnce = 1 << 19;
/** Everything of a row but its root, with the length before each field. */
const aroundRoot = 128;
const digestBytes = 16;
/** PostgreSQL's timestamps are microseconds since 2000. */
const epochMs = Date.UTC(2000, 0, 1);

/** Signature, no flags, no extension. */
const header = Buffer.from('PGCOPY\n\u00ff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const trailer = -1;
const isNull = -1;

/** In the order in which they are copied in. */
export const stagedColumns = `plan_id, portion, partition, "offset", at, key_digest, lineage_root, diverted`;
const fields = 8;

/** The first half of a hash of a key: what keys are told apart by where they are counted. */
export const keyDigest = (keyHash: string): string => keyHash.slice(0, 2 * digestBytes);

/**
 * Rows of `plan_record` on their way there, in the binary format of COPY (PostgreSQL, "COPY", Binary Format): of a million rows as text, writing the digits took
 * longer here, and reading them there, than all else.
 */
export class StagedRows {
  readonly #planId: number;
  #bytes = Buffer.allocUnsafeSlow(copiedAtOnce);
  #used = 0;

  constructor(planId: number) {
    this.#planId = planId;
  }

  /** True when there are enough of them to be copied. */
  get full(): boolean {
    return this.#used >= copiedAtOnce / 2;
  }

  add(portion: number, { partition, offset, atMs, keyHash, lineageRoot, divert }: FrozenRecord): void {
    this.#bytes = withRoom(this.#bytes, this.#used, header.length + aroundRoot + mostUtf8Bytes(lineageRoot));
    const bytes = this.#bytes;
    let end = this.#used === 0 ? header.copy(bytes) : this.#used;
    end = bytes.writeInt16BE(fields, end);
    end = bytes.writeInt32BE(4, end);
    end = bytes.writeInt32BE(this.#planId, end);
    end = bytes.writeInt32BE(2, end);
    end = bytes.writeInt16BE(portion, end);
    end = bytes.writeInt32BE(4, end);
    end = bytes.writeInt32BE(partition, end);
    end = bytes.writeInt32BE(8, end);
    end = bytes.writeBigInt64BE(offset, end);
    end = bytes.writeInt32BE(8, end);
    end = bytes.writeBigInt64BE(BigInt(atMs - epochMs) * 1000n, end);
    if (keyHash === null) end = bytes.writeInt32BE(isNull, end);
    else {
      end = bytes.writeInt32BE(digestBytes, end);
      const written = bytes.write(keyHash, end, digestBytes, 'hex');
      if (written !== digestBytes) throw new Error(`${keyHash} is not a SHA-256.`);
      end += written;
    }
    end = this.#text(lineageRoot, end);
    this.#used = divert === undefined ? bytes.writeInt32BE(isNull, end) : this.#text(divert, end);
  }

  /** What was added since the last time, to be sent before anything is added; null where nothing was. */
  take(): Buffer | null {
    if (this.#used === 0) return null;
    const end = this.#bytes.writeInt16BE(trailer, this.#used);
    this.#used = 0;
    return this.#bytes.subarray(0, end);
  }

  #text(text: string, at: number): number {
    const length = this.#bytes.write(text, at + 4);
    this.#bytes.writeInt32BE(length, at);
    return at + 4 + length;
  }
}
