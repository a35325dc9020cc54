import { z } from 'zod';
import { addEnd, type EndTable } from '#lib/domain/lag/time-lag.ts';
import { addPoll, emptyWindow, type PartitionWindow, type Poll } from '#lib/domain/lag/window.ts';

/**
 * What the collector knows from earlier rounds: where the ends of partitions stood when (by topic id, so that a recreated topic starts
 * anew), and each group's window on each partition. Constant in size; stored, so that a restart forgets nothing.
 */
export type Memory = {
  ends: Map<string, EndTable>;
  windows: Map<string, PartitionWindow>;
};

export const emptyMemory = (): Memory => ({ ends: new Map(), windows: new Map() });

export const endKey = (topicId: string, partition: number) => `${topicId}/${partition}`;
export const windowKey = (groupId: string, topicId: string, partition: number) =>
  JSON.stringify([groupId, topicId, partition]);

export function rememberEnd(memory: Memory, key: string, atMs: number, end: bigint): EndTable {
  const table = addEnd(memory.ends.get(key) ?? [], atMs, end);
  memory.ends.set(key, table);
  return table;
}

export function rememberPoll(memory: Memory, key: string, poll: Poll, windowMs: number): PartitionWindow {
  const window = addPoll(memory.windows.get(key) ?? emptyWindow, poll, windowMs);
  memory.windows.set(key, window);
  return window;
}

/** Lets go of what no group reads any more. */
export function forgetOthers(memory: Memory, ends: ReadonlySet<string>, windows: ReadonlySet<string>): void {
  for (const key of memory.ends.keys()) if (!ends.has(key)) memory.ends.delete(key);
  for (const key of memory.windows.keys()) if (!windows.has(key)) memory.windows.delete(key);
}

const version = 1;
const offset = z.string().regex(/^-?\d+$/);
const storedMemory = z.object({
  version: z.literal(version),
  ends: z.array(z.tuple([z.string(), z.array(z.tuple([offset, z.number(), z.number()]))])),
  windows: z.array(
    z.tuple([
      z.string(),
      z.object({
        runs: z.array(z.tuple([z.number(), z.number(), offset, offset, offset])),
        committedSinceMs: z.number().nullable(),
        stuckSinceMs: z.number().nullable(),
        rewoundFrom: z.tuple([offset, z.number()]).nullable(),
      }),
    ]),
  ),
});

export function packMemory(memory: Memory): z.infer<typeof storedMemory> {
  return {
    version,
    ends: [...memory.ends].map(([key, table]) => [
      key,
      table.map(({ end, fromMs, toMs }) => [String(end), fromMs, toMs]),
    ]),
    windows: [...memory.windows].map(([key, { runs, rewoundFrom, ...since }]) => [
      key,
      {
        ...since,
        runs: runs.map((run) => [
          run.fromMs,
          run.toMs,
          String(run.committed),
          String(run.highWatermark),
          String(run.lagRecords),
        ]),
        rewoundFrom: rewoundFrom && [String(rewoundFrom.offset), rewoundFrom.atMs],
      },
    ]),
  };
}

/** null for something that this version did not write: the collector then starts anew and says so. */
export function unpackMemory(stored: unknown): Memory | null {
  const parsed = storedMemory.safeParse(stored);
  if (!parsed.success) return null;
  const { ends, windows } = parsed.data;
  return {
    ends: new Map(
      ends.map(([key, table]) => [
        key,
        table.map(([end, fromMs, toMs]) => ({ end: BigInt(end), fromMs, toMs })),
      ]),
    ),
    windows: new Map(
      windows.map(([key, { runs, rewoundFrom, ...since }]) => [
        key,
        {
          ...since,
          runs: runs.map(([fromMs, toMs, committed, highWatermark, lagRecords]) => ({
            fromMs,
            toMs,
            committed: BigInt(committed),
            highWatermark: BigInt(highWatermark),
            lagRecords: BigInt(lagRecords),
          })),
          rewoundFrom: rewoundFrom && { offset: BigInt(rewoundFrom[0]), atMs: rewoundFrom[1] },
        },
      ]),
    ),
  };
}
