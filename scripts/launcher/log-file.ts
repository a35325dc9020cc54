import { closeSync, existsSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const rotateAtBytes = 20 * 1024 * 1024;

/** Opens a log for a child to append to by itself, so that its lines survive the launcher. A large one is set aside first. */
export function openLog(file: string): { fd: number; size: number; close: () => void } {
  if (existsSync(file) && statSync(file).size > rotateAtBytes) renameSync(file, `${file}.1`);
  const fd = openSync(file, 'a', 0o600);
  return { fd, size: statSync(file).size, close: () => closeSync(fd) };
}

/** Text from byte `from` on, at most the last 64 KiB of it. */
export function readLog(file: string, from = 0): string {
  if (!existsSync(file)) return '';
  const size = statSync(file).size;
  const start = Math.max(from, size - 65_536);
  if (size <= start) return '';
  const buffer = Buffer.alloc(size - start);
  const fd = openSync(file, 'r');
  try {
    return buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, start)).toString('utf8');
  } finally {
    closeSync(fd);
  }
}

/** The last lines that say something. */
export const lastLines = (file: string, count = 15, from = 0): string[] =>
  readLog(file, from)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-count);

/** Resolves when `pattern` stands in what was written after byte `from`. */
export async function waitForLine(
  file: string,
  from: number,
  pattern: RegExp,
  limit: { timeoutMs: number; signal: AbortSignal },
): Promise<void> {
  const deadline = Date.now() + limit.timeoutMs;
  while (!pattern.test(readLog(file, from))) {
    if (Date.now() > deadline)
      throw new Error(`no "${pattern.source}" in its log within ${limit.timeoutMs / 1000} s`);
    await sleep(40, undefined, { signal: limit.signal });
  }
}
