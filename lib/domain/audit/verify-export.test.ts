import { describe, expect, it } from 'vitest';
import { makeLog, newTestKey, randomOf } from '#fixtures/audit-log.ts';
import { tamper, tamperings } from '#fixtures/audit-tampering.ts';
import { headText, parseHead, signHead } from './head.ts';
import { verifyExport } from './verify-export.ts';

const key = newTestKey();
const forger = newTestKey();
const shape = { events: 240, everyLines: 40, tail: 30 };
const log = makeLog(shape, key);
const keys = [key.verify];

describe('an export and its anchors, whole', () => {
  it('is complete to its last line, and says how far it is signed and anchored', () => {
    const verdict = verifyExport(log.lines, log.anchors, keys);
    expect(verdict).toMatchObject({ ok: true, seq: 240n, signed: { seq: 210n }, anchored: { seq: 210n } });
    expect(verifyExport(log.lines, null, keys)).toMatchObject({ ok: true, seq: 240n, anchored: null });
  });

  it('raises no alarm over 1,000 clean logs', () => {
    for (let seed = 1; seed <= 1000; seed++) {
      const random = randomOf(seed);
      const events = 1 + Math.floor(random() * 30);
      const tail = Math.floor(random() * events);
      const clean = makeLog({ events, everyLines: 1 + Math.floor(random() * 30), tail }, key);
      const verdict = verifyExport(clean.lines, random() < 0.5 ? clean.anchors : null, keys);
      expect(verdict, `seed ${seed}`).toMatchObject({ ok: true, seq: BigInt(events) });
    }
  });

  it('takes anchors that were written twice, a write that broke off, and the heads of an older key', () => {
    const anchors = log.anchors.flatMap((line) => [line.subarray(0, 50), line, line]);
    expect(verifyExport(log.lines, anchors, [forger.verify, key.verify])).toMatchObject({ ok: true });
  });
});

describe('a tampered export', () => {
  it.each(tamperings)('%s: each of 170 is found, and its first bad line named', (kind) => {
    for (let seed = 1; seed <= 170; seed++) {
      const tampered = tamper(log, shape, kind, forger, randomOf(seed));
      const verdict = verifyExport(tampered.lines, log.anchors, keys);
      expect(verdict, `seed ${seed}: ${tampered.what}`).toMatchObject({
        ok: false,
        bad: { file: 'export', fileLine: tampered.firstBad },
      });
    }
  });

  it('is found without anchors by the heads in it, save what was cut behind one of them', () => {
    for (const kind of ['edit', 'delete', 'swap', 'insert'] as const)
      for (let seed = 1; seed <= 30; seed++) {
        const { lines, firstBad } = tamper(log, shape, kind, forger, randomOf(seed));
        expect(verifyExport(lines, null, keys)).toMatchObject({ ok: false, bad: { fileLine: firstBad } });
      }
  });

  it('proves nothing when no head in it is signed by the key', () => {
    const without = log.lines.filter((_, index) => !log.headAt.includes(index));
    expect(verifyExport(without, null, keys)).toMatchObject({
      ok: false,
      bad: { what: expect.stringContaining('no head is signed by this key') },
    });
    expect(verifyExport(log.lines, null, [forger.verify])).toMatchObject({
      ok: false,
      bad: { fileLine: (log.headAt[0] ?? 0) + 1, what: expect.stringContaining('another key') },
    });
  });

  it('names an edit of the tail too, as long as its author did not mend the chain', () => {
    const at = log.eventAt[230] ?? 0;
    const edited = log.lines.with(at, Buffer.from(String(log.lines[at]).replace('ana', 'eve')));
    expect(verifyExport(edited, log.anchors, keys)).toMatchObject({
      ok: false,
      bad: { seq: 231n, fileLine: at + 1, what: expect.stringContaining('changed') },
    });
  });
});

describe('anchors', () => {
  const problemOf = (anchors: Buffer[]) => verifyExport(log.lines, anchors, keys);
  const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = log.anchors;

  it('that go back tell of a log that was cut or restored', () =>
    expect(problemOf([second, first])).toMatchObject({
      ok: false,
      bad: { file: 'anchors', fileLine: 2, what: expect.stringContaining('goes back') },
    }));

  it('of two histories tell of a fork', () => {
    const head = parseHead(first.toString());
    if (!head) throw new Error('no head');
    const fork = signHead({ ...head, hash: 'f'.repeat(64) }, key.sign);
    expect(problemOf([first, Buffer.from(headText(fork))])).toMatchObject({
      ok: false,
      bad: { file: 'anchors', what: expect.stringContaining('forked') },
    });
  });

  it('that were edited are not believed', () =>
    expect(problemOf([Buffer.from(first.toString().replace('"seq":40', '"seq":41'))])).toMatchObject({
      ok: false,
      bad: { file: 'anchors', fileLine: 1, what: expect.stringContaining('signature') },
    }));
});

describe('a head', () => {
  it('is read back as it was written, in its one form only', () => {
    for (const head of log.heads) {
      const text = headText(head);
      expect(parseHead(text)).toEqual(head);
      for (const other of [` ${text}`, `${text} `, text.replace('{"head":{', '{"head":{ '), '{}', ''])
        expect(parseHead(other)).toBeNull();
    }
  });
});
