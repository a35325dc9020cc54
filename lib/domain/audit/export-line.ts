import { hash as digest } from 'node:crypto';
import { parseHead, type SignedHead } from './head.ts';

/** A place in the chain, and the line of the file (from 1) where it was found. */
export type FilePlace = { seq: bigint; hash: string; fileLine: number };

/** One line of an export (docs/audit.md). */
export type ExportLine =
  | (FilePlace & { kind: 'line'; prev: string })
  | { kind: 'head'; head: SignedHead; fileLine: number }
  | (FilePlace & { kind: 'end' })
  | { kind: 'other'; fileLine: number };

const prevBytes = ',"prev":""}'.length + 64;
const begin = /^\{"seq":([1-9]\d{0,15}),"at":"/;
const ending = /^,"prev":"([0-9a-f]{64})"\}$/;
const endForm = /^\{"end":\{"seq":(0|[1-9]\d{0,15}),"hash":"([0-9a-f]{64})"\}\}$/;
/** Longer than any line that is no event. */
const shortBytes = 1024;

/** The last line of an export. It is not signed: it tells a transfer that broke off, not a forger. */
export const endText = (place: { seq: bigint; hash: string }): string =>
  `{"end":{"seq":${place.seq},"hash":"${place.hash}"}}`;

/** Reads one line, without its line feed; the hash of an event is taken over exactly these bytes. */
export function readExportLine(bytes: Buffer, fileLine: number): ExportLine {
  const seq = begin.exec(bytes.toString('latin1', 0, 32))?.[1];
  const prev = ending.exec(bytes.toString('latin1', Math.max(0, bytes.length - prevBytes)))?.[1];
  if (seq !== undefined && prev !== undefined)
    return { kind: 'line', seq: BigInt(seq), hash: digest('sha256', bytes, 'hex'), prev, fileLine };
  const text = bytes.length > shortBytes ? '' : bytes.toString('latin1');
  const head = parseHead(text);
  if (head) return { kind: 'head', head, fileLine };
  const [, last, hash] = endForm.exec(text) ?? [];
  if (last !== undefined && hash !== undefined) return { kind: 'end', seq: BigInt(last), hash, fileLine };
  return { kind: 'other', fileLine };
}
