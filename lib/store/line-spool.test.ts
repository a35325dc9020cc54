import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { spoolLine } from '#fixtures/spool-line.ts';
import { LineSpool, spooled } from './line-spool.ts';

type Line = { stretch: string; before: string; behind: string };

async function readBack(spool: LineSpool, rows: Uint32Array): Promise<string[]> {
  const lines = await spool.load(rows);
  return [...rows].map((row) => {
    const bytes = Buffer.alloc(spool.bytesOf(Uint32Array.of(row)));
    const middle = lines.copy(row, 'before', bytes, 0);
    expect(lines.copy(row, 'behind', bytes, middle)).toBe(bytes.length);
    return `${bytes.subarray(0, middle)}|${bytes.subarray(middle)}`;
  });
}

const textOf = ({ before, behind }: Line) => `${before}|${behind}`;

describe('a spool of lines', () => {
  it('gives back every half as it was, in whatever order and however many stretches they came in', async () => {
    const lines = fc.array(
      fc.record({
        stretch: fc.constantFrom('a', 'b', 'c'),
        before: fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom('x'.repeat(70_000))),
        behind: fc.string({ unit: 'binary', maxLength: 40 }),
      }),
      { minLength: 1, maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(lines, fc.infiniteStream(fc.nat()), async (all, picks) => {
        await spooled(async (spool) => {
          for (const [at, { stretch, before, behind }] of all.entries()) {
            spoolLine(spool, stretch, before, behind);
            if (at % 7 === 0) await spool.settle();
          }
          await spool.settle(true);
          const rows = Uint32Array.from(all, () => (picks.next().value ?? 0) % all.length);
          expect(await readBack(spool, rows)).toEqual([...rows].map((row) => textOf(all[row] as Line)));
        });
      }),
      { numRuns: 60 },
    );
  });

  it('holds more than it keeps in memory, of a stretch and of a thousand', async () => {
    await spooled(async (spool) => {
      const all: Line[] = [];
      for (let at = 0; at < 60_000; at++) {
        const line = {
          stretch: `${at % 3 ? 'one' : at % 3000}`,
          before: `${at}-`.padEnd(400, 'b'),
          behind: `${at}`,
        };
        all.push(line);
        spoolLine(spool, line.stretch, line.before, line.behind);
        if (at % 1000 === 999) await spool.settle();
      }
      await spool.settle(true);
      const rows = Uint32Array.from(all, (_, at) => (at * 7919) % all.length);
      for (let from = 0; from < rows.length; from += 1000) {
        const some = rows.subarray(from, from + 1000);
        expect(await readBack(spool, some)).toEqual([...some].map((row) => textOf(all[row] as Line)));
      }
    });
  });

  it('keeps what a load gave while the next one is at work', async () => {
    await spooled(async (spool) => {
      // Each a piece of its own, and of every load as many as are kept in memory.
      const lines = 400;
      const [a, b] = ['a'.repeat(60_000), 'b'.repeat(5_000)];
      for (let at = 0; at < lines; at++) spoolLine(spool, `${at}`, `${at} ${a}`, b);
      await spool.settle(true);
      const rowsFrom = (from: number) => Uint32Array.from({ length: 100 }, (_, at) => from + at);
      let last = await spool.load(rowsFrom(0));
      for (let from = 100; from < lines; from += 100) {
        const next = await spool.load(rowsFrom(from));
        for (const row of rowsFrom(from - 100)) {
          const bytes = Buffer.alloc(spool.bytesOf(Uint32Array.of(row)));
          last.copy(row, 'behind', bytes, last.copy(row, 'before', bytes, 0));
          expect(bytes.toString()).toBe(`${row} ${a}${b}`);
        }
        last = next;
      }
    });
  });

  it('refuses to read what was not settled or loaded', async () => {
    await spooled(async (spool) => {
      spoolLine(spool, 'a', 'x', 'y');
      await expect(spool.load(Uint32Array.of(0))).rejects.toThrow('never written');
      await spool.settle(true);
      const lines = await spool.load(Uint32Array.of());
      expect(() => lines.copy(0, 'before', Buffer.alloc(1), 0)).toThrow('not loaded');
    });
  });

  it('says in words what to do about a folder that it may not write to', async () => {
    vi.stubEnv('TMPDIR', '/proc/nowhere');
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    await expect(LineSpool.open()).rejects.toMatchObject({
      code: 'spool_unavailable',
      message: expect.stringMatching(/ENOENT.*\/proc\/nowhere.*Give Sluice a TMPDIR/),
    });
  });
});
