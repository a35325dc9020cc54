import { describe, expect, it } from 'vitest';
import type { StoredLine } from '#lib/domain/audit/chain.ts';
import { genesisHash, lineHash, lineText } from '#lib/domain/audit/line.ts';
import { createChainWatch } from './chain-watch.ts';

function logOf(count: number) {
  const lines: StoredLine[] = [];
  let prev = genesisHash;
  const append = () => {
    const line = {
      seq: BigInt(lines.length + 1),
      at: '2026-01-01T00:00:00.000Z',
      actor: 'ana',
      action: 'replay.draft' as const,
      outcome: 'allowed' as const,
      code: null,
      resource: 'replay/1',
      detail: {},
      prev,
    };
    const text = lineText(line);
    prev = lineHash(text);
    lines.push({ ...line, line: text, hash: prev });
  };
  for (let n = 0; n < count; n += 1) append();
  let read = 0;
  return {
    lines,
    append,
    linesRead: () => read,
    source: {
      linesAfter: async (seq: bigint, limit: number) => {
        const page = lines.filter((line) => line.seq > seq).slice(0, limit);
        read += page.length;
        return page;
      },
      head: async () => ({ seq: BigInt(lines.length), hash: lines.at(-1)?.hash ?? genesisHash, at: null }),
    },
  };
}
const minute = 60_000;
const at = (minutes: number) => new Date(minutes * minute);

describe('the watch over the audit chain', () => {
  it('reads a bounded piece each time, and says how far it is', async () => {
    const log = logOf(4500);
    const watch = createChainWatch();
    expect(await watch.look(log.source, at(0))).toMatchObject({
      chain: 'unchecked',
      checkedTo: 2000,
      seq: 4500,
    });
    expect(log.linesRead()).toBe(2000);
    expect(await watch.look(log.source, at(0))).toMatchObject({ chain: 'unchecked', checkedTo: 4000 });
    expect(await watch.look(log.source, at(0))).toMatchObject({ chain: 'verified', checkedTo: 4500 });
    log.append();
    const before = log.linesRead();
    expect(await watch.look(log.source, at(0))).toMatchObject({ chain: 'verified', checkedTo: 4501 });
    expect(log.linesRead()).toBe(before + 1);
  });

  it('finds an old line that was edited later, by walking again from time to time', async () => {
    const log = logOf(700);
    const watch = createChainWatch();
    expect(await watch.look(log.source, at(0))).toMatchObject({ chain: 'verified' });
    const line = log.lines[599];
    if (line) log.lines[599] = { ...line, actor: 'vera' };
    expect(await watch.look(log.source, at(5))).toMatchObject({ chain: 'verified' });
    expect(await watch.look(log.source, at(11))).toMatchObject({ chain: 'verified' });
    expect(await watch.look(log.source, at(11))).toMatchObject({ chain: 'broken', checkedTo: 599 });
  });

  it('finds a log that became shorter', async () => {
    const log = logOf(10);
    const watch = createChainWatch();
    await watch.look(log.source, at(0));
    log.lines.length = 8;
    expect(await watch.look(log.source, at(1))).toMatchObject({ chain: 'broken', checkedTo: 8 });
  });

  it('an empty log is whole', async () => {
    expect(await createChainWatch().look(logOf(0).source, at(0))).toMatchObject({
      chain: 'verified',
      seq: 0,
    });
  });
});
