import { type AuditLine, genesisHash, lineHash, lineText } from './line.ts';

/** A stored line: its columns, the text that was hashed, and the hash. */
export type StoredLine = AuditLine & { line: string; hash: string };

/** How far a chain was followed. */
export type ChainPlace = { seq: bigint; hash: string };
export const chainStart: ChainPlace = { seq: 0n, hash: genesisHash };

export type ChainStep = { ok: true; place: ChainPlace } | { ok: false; seq: bigint; what: string };

/**
 * Checks that `row` is the line right after `place`. It finds an edited column, an edited text, a deleted, inserted or
 * swapped line. It can't tell a chain that was rewritten as a whole or cut at its end: an anchor outside tells that.
 */
export function nextPlace(place: ChainPlace, row: StoredLine): ChainStep {
  const bad = (what: string): ChainStep => ({ ok: false, seq: row.seq, what });
  const expected = place.seq + 1n;
  if (row.seq > expected)
    return { ok: false, seq: expected, what: `the line is missing; the next one there is ${row.seq}` };
  if (row.seq < expected) return bad(`the line stands after line ${place.seq}: out of order or twice`);
  if (row.prev !== place.hash)
    return bad(`it does not follow line ${place.seq}: its prev is not that line's hash`);
  if (lineHash(row.line) !== row.hash)
    return bad('its hash is not that of its text: the text or the hash was changed');
  if (lineText(row) !== row.line)
    return bad('its columns differ from the text that was hashed: a column was changed');
  return { ok: true, place: { seq: row.seq, hash: row.hash } };
}

/** Compares where the lines ended with what the head row says. */
export function endOfChain(place: ChainPlace, head: ChainPlace): ChainStep {
  if (place.seq < head.seq)
    return {
      ok: false,
      seq: place.seq + 1n,
      what: `the line is missing; the head says that the chain goes to ${head.seq}`,
    };
  if (place.seq > head.seq)
    return {
      ok: false,
      seq: head.seq + 1n,
      what: `the line stands after the head, which ends at ${head.seq}`,
    };
  if (place.hash !== head.hash)
    return { ok: false, seq: place.seq, what: 'its hash is not the one in the head' };
  return { ok: true, place };
}
