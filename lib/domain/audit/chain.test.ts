import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChainPlace, chainStart, endOfChain, nextPlace, type StoredLine } from './chain.ts';
import { type AuditEntry, genesisHash, lineHash, lineText, storableEntry } from './line.ts';

const entries = fc.record({
  actor: fc.string({ minLength: 1, unit: 'grapheme' }),
  action: fc.constantFrom('replay.draft' as const, 'replay.approve' as const),
  outcome: fc.constantFrom('allowed' as const, 'refused' as const),
  code: fc.option(fc.constant('own_replay'), { nil: null }),
  resource: fc.string({ minLength: 1 }),
  detail: fc.dictionary(fc.string(), fc.jsonValue()) as fc.Arbitrary<Record<string, unknown>>,
});

function chainOf(list: readonly AuditEntry[]): StoredLine[] {
  let prev = genesisHash;
  return list.map((entry, index) => {
    const line = {
      ...storableEntry(entry),
      seq: BigInt(index + 1),
      at: new Date(1_700_000_000_000 + index).toISOString(),
      prev,
    };
    const text = lineText(line);
    prev = lineHash(text);
    return { ...line, line: text, hash: prev };
  });
}

/** First bad line, or null when the chain is whole and ends at the head. */
function firstBad(lines: readonly StoredLine[], head: ChainPlace): bigint | null {
  let place = chainStart;
  for (const line of lines) {
    const step = nextPlace(place, line);
    if (!step.ok) return step.seq;
    place = step.place;
  }
  const end = endOfChain(place, head);
  return end.ok ? null : end.seq;
}
const headOf = (lines: readonly StoredLine[]): ChainPlace => lines.at(-1) ?? chainStart;

const chains = fc.array(entries, { minLength: 2, maxLength: 12 }).map(chainOf);
const chainAndPlace = chains.chain((lines) =>
  fc.record({ lines: fc.constant(lines), index: fc.nat(lines.length - 1) }),
);

describe('the audit chain', () => {
  it('accepts what was appended', () => {
    fc.assert(fc.property(chains, (lines) => firstBad(lines, headOf(lines)) === null));
  });

  it('survives jsonb: columns that were stored and read back still give the hashed text', () => {
    fc.assert(
      fc.property(chains, (lines) => {
        for (const line of lines) {
          const read = { ...line, detail: JSON.parse(JSON.stringify(line.detail)) };
          expect(lineText(read)).toBe(line.line);
        }
      }),
    );
  });

  it('names a line whose column was edited', () => {
    fc.assert(
      fc.property(
        chainAndPlace,
        fc.constantFrom('actor', 'resource', 'at', 'code', 'outcome'),
        ({ lines, index }, column) => {
          const edited = lines.map((line, at) =>
            at === index ? { ...line, [column]: `${line[column as 'actor']}!` } : line,
          );
          return firstBad(edited, headOf(lines)) === BigInt(index + 1);
        },
      ),
    );
  });

  it('names a line whose detail was edited', () => {
    fc.assert(
      fc.property(chainAndPlace, ({ lines, index }) => {
        const edited = lines.map((line, at) =>
          at === index ? { ...line, detail: { ...line.detail, 'added by an intruder': true } } : line,
        );
        return firstBad(edited, headOf(lines)) === BigInt(index + 1);
      }),
    );
  });

  it('finds a line that was rewritten with a fitting hash of its own', () => {
    fc.assert(
      fc.property(chainAndPlace, ({ lines, index }) => {
        const edited = lines.map((line, at) => {
          if (at !== index) return line;
          const text = lineText({ ...line, actor: `${line.actor}!` });
          return { ...line, actor: `${line.actor}!`, line: text, hash: lineHash(text) };
        });
        const bad = firstBad(edited, headOf(lines));
        // The follower does not fit any more; for the last line it is the head that does not.
        return bad === BigInt(Math.min(index + 2, lines.length));
      }),
    );
  });

  it('names a line that was deleted, the last ones too', () => {
    fc.assert(
      fc.property(chainAndPlace, ({ lines, index }) => {
        const cut = lines.filter((_, at) => at !== index);
        return firstBad(cut, headOf(lines)) === BigInt(index + 1);
      }),
    );
  });

  it('finds two lines that were swapped, with or without their numbers', () => {
    fc.assert(
      fc.property(chainAndPlace, fc.boolean(), ({ lines, index }, renumber) => {
        const other = (index + 1) % lines.length;
        const swapped = [...lines];
        const [a, b] = [lines[index], lines[other]];
        if (!a || !b) throw new Error('no such line');
        swapped[index] = renumber ? { ...b, seq: a.seq } : b;
        swapped[other] = renumber ? { ...a, seq: b.seq } : a;
        return firstBad(swapped, headOf(lines)) === BigInt(Math.min(index, other) + 1);
      }),
    );
  });

  it('finds a line that was inserted', () => {
    fc.assert(
      fc.property(chainAndPlace, entries, ({ lines, index }, entry) => {
        const before = lines[index];
        if (!before) throw new Error('no such line');
        const line = { ...storableEntry(entry), seq: before.seq, at: before.at, prev: before.prev };
        const text = lineText(line);
        const intruder = { ...line, line: text, hash: lineHash(text) };
        if (intruder.hash === before.hash) return true;
        const list = [...lines.slice(0, index), intruder, ...lines.slice(index)];
        return firstBad(list, headOf(lines)) === BigInt(index + 1);
      }),
    );
  });

  it('finds lines beyond the head', () => {
    fc.assert(
      fc.property(chains, (lines) => firstBad(lines, headOf(lines.slice(0, -1))) === BigInt(lines.length)),
    );
  });
});

describe('a line', () => {
  it('has these exact bytes', () => {
    const text = lineText({
      ...storableEntry({
        actor: 'ana',
        action: 'replay.draft',
        outcome: 'allowed',
        code: null,
        resource: 'replay/1',
        detail: {
          b: 9_007_199_254_740_993n,
          a: [new Date(0), undefined, Number.NaN],
          gone: undefined,
          'ä\u0000': '\ud800',
        },
      }),
      seq: 1n,
      at: '2026-01-02T03:04:05.678Z',
      prev: genesisHash,
    });
    expect(text).toBe(
      `{"seq":1,"at":"2026-01-02T03:04:05.678Z","actor":"ana","action":"replay.draft","outcome":"allowed","code":null,"resource":"replay/1","detail":{"a":["1970-01-01T00:00:00.000Z",null,null],"b":"9007199254740993","ä\uFFFD":"\uFFFD"},"prev":"${genesisHash}"}`,
    );
    expect(lineHash(text)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('does not depend on the order in which details were given', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (detail) => {
        const entry = {
          actor: 'a',
          action: 'replay.draft',
          outcome: 'allowed',
          code: null,
          resource: 'r',
        } as const;
        const turned = Object.fromEntries(Object.entries(detail).reverse());
        const text = (d: Record<string, unknown>) =>
          lineText({ ...storableEntry({ ...entry, detail: d }), seq: 1n, at: '', prev: '' });
        expect(text(turned)).toBe(text(detail));
      }),
    );
  });
});
