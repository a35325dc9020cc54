import type { Sha256 } from '../kernel/brand.ts';
import type { RecordHeader } from '../kernel/record.ts';
import { lossyText } from './header-encoding.ts';
import { type HeaderLayout, headerLayout } from './header-layout.ts';

type Coordinate = { topic: string | null; partition: number | null; offset: bigint | null };

/**
 * The first record of it all as `topic-partition-offset`: attempts, duplicates and decisions are counted by it. Without a complete origin it is
 * the dead letter's own coordinate and content hash, which no other record can have.
 */
export function lineageRootOf(
  origin: Coordinate,
  source: { topic: string; partition: number; offset: bigint },
  contentHash: Sha256,
): string {
  if (origin.topic !== null && origin.partition !== null && origin.offset !== null)
    return `${origin.topic}-${origin.partition}-${origin.offset}`;
  return `${source.topic}-${source.partition}-${source.offset}#${contentHash}`;
}

const rootForm = /^([a-zA-Z0-9._-]{1,249})-(\d{1,10})-(\d{1,19})$/;

/** The coordinate that a lineage root names; null for one that fell back to a content hash. */
export function parseLineageRoot(root: string): { topic: string; partition: number; offset: bigint } | null {
  const match = rootForm.exec(root.slice(0, 300));
  if (!match?.[1] || !match[2] || !match[3]) return null;
  return { topic: match[1], partition: Number(match[2]), offset: BigInt(match[3]) };
}

/** Sluice's own headers on a record that came back. Anybody can write them: only the replay ledger makes them true. */
export type ReplayHint = { replayId: string; lineageRoot: string | null };

const hintBytesMax = 400;

/** @param layout of just these headers, where it is known */
export function readReplayHint(
  headers: readonly RecordHeader[],
  { lastOf }: Pick<HeaderLayout, 'lastOf'> = headerLayout(headers, null),
): ReplayHint | null {
  const last = (name: string): string | null => {
    const position = lastOf.get(name);
    const value = position === undefined ? null : headers[position]?.value;
    return value && value.length <= hintBytesMax ? lossyText(value) : null;
  };
  const replayId = last('sluice-replay-id');
  return replayId === null ? null : { replayId, lineageRoot: last('sluice-origin') };
}
