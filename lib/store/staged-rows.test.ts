import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { frozenRecord } from '#fixtures/frozen-record.ts';
import { sha256Hex } from '#lib/domain/kernel/brand.ts';
import { StagedRows } from './staged-rows.ts';

const hash = createHash('sha256').update('key').digest();
const keyHash = sha256Hex(hash.toString('hex'));

describe('staged rows', () => {
  it('are as PostgreSQL describes its binary format: signature, fields with their lengths, and a trailer', () => {
    const rows = new StagedRows(7);
    expect(rows.take()).toBeNull();
    rows.add(2, frozenRecord(9, { partition: 3, keyHash, lineageRoot: '\u00e9', atMs: 946_684_800_001 }));
    const bytes = rows.take() ?? Buffer.alloc(0);
    const int = (value: number, size: 2 | 4 | 8) => {
      const field = Buffer.alloc(size);
      field.writeIntBE(value, size === 8 ? 2 : 0, size === 8 ? 6 : size);
      return field;
    };
    const field = (value: Buffer) => Buffer.concat([int(value.length, 4), value]);
    const expected = [
      ...[Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), int(0, 4), int(0, 4), int(8, 2)],
      ...[field(int(7, 4)), field(int(2, 2)), field(int(3, 4)), field(int(9, 8))],
      // A millisecond after PostgreSQL's epoch, in microseconds.
      ...[
        field(int(1000, 8)),
        field(hash.subarray(0, 16)),
        field(Buffer.from('\u00e9')),
        int(-1, 4),
        int(-1, 2),
      ],
    ];
    expect(bytes.toString('hex')).toBe(Buffer.concat(expected).toString('hex'));
    expect(rows.take()).toBeNull();
  });

  it('take whatever root there is, and say when they are enough', () => {
    const rows = new StagedRows(1);
    rows.add(0, frozenRecord(0, { lineageRoot: '\uffff'.repeat(700_000) }));
    expect(rows.full).toBe(true);
    const bytes = rows.take();
    expect(bytes?.includes(Buffer.from('\uffff'.repeat(700_000)))).toBe(true);
    expect(rows.full).toBe(false);
  });

  it('refuse what is no hash', () => {
    const rows = new StagedRows(1);
    expect(() => rows.add(0, frozenRecord(0, { keyHash: sha256Hex('no hash') }))).toThrow('no hash is not');
  });
});
