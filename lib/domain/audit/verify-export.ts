import { type ExportLine, type FilePlace, readExportLine } from './export-line.ts';
import { headProblem, type SignedHead, type VerifyingKey } from './head.ts';
import { genesisHash } from './line.ts';
import { type AnchorProblem, createAnchorReader } from './read-anchors.ts';

/** The first line that is not as it was written: in which file, which line of it (from 1), and which event that is. */
export type BadLine = { file: 'export' | 'anchors' } & AnchorProblem;
export type ExportVerdict =
  | { ok: false; bad: BadLine }
  | {
      ok: true;
      seq: bigint;
      installation: string;
      /** Newest head that fits, from the export or the anchors: every line up to it is as it was signed. */
      signed: SignedHead;
      /** Newest anchor that fits; null without anchors. */
      anchored: SignedHead | null;
    };
type Place = FilePlace & { attested: boolean };
type Event = Extract<ExportLine, { kind: 'line' }>;

const start: Place = { seq: 0n, hash: genesisHash, fileLine: 0, attested: true };
const links = (before: FilePlace, line: Event) => line.seq === before.seq + 1n && line.prev === before.hash;

/**
 * Walks an export line by line, holding two of them and one anchor. Every line up to the newest signed head is found to be as it was
 * signed, or the first that is not is named: where two neighbours don't fit, what follows them tells which of the two was changed.
 * @param anchors heads that were kept elsewhere; they must not be newer than the export
 * @param readLine for whoever reads the same lines a thousand times
 */
export function verifyExport(
  lines: Iterable<Buffer>,
  anchorLines: Iterable<Buffer> | null,
  keys: readonly VerifyingKey[],
  readLine: typeof readExportLine = readExportLine,
): ExportVerdict {
  const walk = createWalk(keys, anchorLines);
  let fileLine = 0;
  for (const bytes of lines) {
    fileLine += 1;
    const bad = walk.step(readLine(bytes, fileLine));
    if (bad) return { ok: false, bad };
  }
  return walk.end(fileLine + 1);
}

function createWalk(keys: readonly VerifyingKey[], anchorLines: Iterable<Buffer> | null) {
  const anchors = anchorLines ? createAnchorReader(anchorLines, keys) : null;
  let anchor: SignedHead | null = null;
  let anchorBegun = false;
  let at = start;
  /** `at` does not fit what stands before it: one of the two was changed. */
  let before: Place | null = null;
  let signed: SignedHead | null = null;
  let anchored: SignedHead | null = null;
  let ended = false;

  const bad = (place: { seq: bigint | null; fileLine: number }, what: string): BadLine => ({
    file: 'export',
    seq: place.seq,
    fileLine: place.fileLine,
    what,
  });
  const missing = (fileLine: number, why: string) =>
    bad({ seq: at.seq + 1n, fileLine }, `the line is missing; ${why}`);
  const changed = (place: Place) => bad(place, 'it was changed: the next line holds another hash of it');
  const stray = (place: Place, last: Place) =>
    bad(
      place,
      place.seq === last.seq + 1n
        ? `it does not follow line ${last.seq}: it was changed or put in`
        : `it stands after line ${last.seq}: out of order, twice or put in`,
    );
  /** Which of two neighbours is bad, now that it is known whether the second one is as it was written. */
  const blame = (first: Place, second: Place, secondIsRight: boolean) => {
    if (!secondIsRight) return stray(second, first);
    return second.seq <= first.seq
      ? bad(first, 'it was put in before the line of its number')
      : changed(first);
  };

  const takeAnchor = (): BadLine | null => {
    anchorBegun = true;
    const step = anchors?.next() ?? { head: null, problem: null };
    anchor = step.head;
    return step.problem ? { file: 'anchors', ...step.problem } : null;
  };

  /** Compares the newest line with a head of it that was signed. */
  const attest = (head: SignedHead): BadLine | null => {
    const right = head.hash === at.hash;
    if (before) return blame(before, at, right);
    if (signed && head.installation !== signed.installation)
      return bad(
        at,
        `a head of another log was signed for it: ${head.installation}, not ${signed.installation}`,
      );
    if (!right)
      return bad(
        at,
        `it is not the line that was signed at ${head.at}${
          at.seq > (signed?.seq ?? 0n) + 1n
            ? `; the lines from ${(signed?.seq ?? 0n) + 1n} on may have been rewritten with it`
            : ''
        }`,
      );
    at = { ...at, attested: true };
    if (!signed || head.seq >= signed.seq) signed = head;
    return null;
  };

  const compareAnchors = (): BadLine | null => {
    let found = anchorBegun ? null : takeAnchor();
    while (!found && anchor && anchor.seq <= at.seq) {
      const head: SignedHead = anchor;
      found = head.seq < at.seq ? null : attest(head);
      if (!found) {
        anchored = head;
        found = takeAnchor();
      }
    }
    return found;
  };

  const event = (line: Event): BadLine | null => {
    const place: Place = { seq: line.seq, hash: line.hash, fileLine: line.fileLine, attested: false };
    if (before) return blame(before, at, links(at, line));
    if (line.seq > at.seq + 1n) return missing(line.fileLine, `the next one there is ${line.seq}`);
    if (!links(at, line)) {
      if (at.attested) return stray(place, at);
      before = at;
    }
    at = place;
    return compareAnchors();
  };

  const inlineHead = (head: SignedHead, fileLine: number): BadLine | null => {
    const problem = headProblem(head, keys);
    if (problem !== null) return bad({ seq: head.seq, fileLine }, `a signed head: ${problem}`);
    if (before) return blame(before, at, head.seq === at.seq && head.hash === at.hash);
    if (head.seq > at.seq) return missing(fileLine, `a head of ${head.seq} was signed at ${head.at}`);
    if (head.seq < at.seq)
      return bad({ seq: head.seq, fileLine }, `the signed head stands after line ${at.seq}: out of order`);
    return attest(head);
  };

  const step = (line: ExportLine): BadLine | null => {
    if (ended) return bad({ seq: null, fileLine: line.fileLine }, 'it stands behind the end of the export');
    if (line.kind === 'line') return event(line);
    if (line.kind === 'head') return inlineHead(line.head, line.fileLine);
    if (line.kind === 'other') {
      if (before) return blame(before, at, false);
      return bad({ seq: at.seq + 1n, fileLine: line.fileLine }, 'it is not a line of an audit export');
    }
    ended = true;
    if (before) return blame(before, at, line.seq === at.seq && line.hash === at.hash);
    if (line.seq > at.seq) return missing(line.fileLine, `the export was made to end at ${line.seq}`);
    if (line.seq < at.seq) return stray(at, { ...at, seq: line.seq });
    return line.hash === at.hash
      ? null
      : bad(at, 'it was changed: the end of the export holds another hash of it');
  };

  const end = (fileLine: number): ExportVerdict => {
    let found: BadLine | null = null;
    if (before) found = blame(before, at, false);
    found ??= compareAnchors();
    if (!found && anchor)
      found = missing(
        fileLine,
        `line ${(anchor as SignedHead).seq} was anchored at ${(anchor as SignedHead).at}: the export was cut, or is older than the anchor`,
      );
    if (!found && !ended) found = missing(fileLine, 'the export has no end: it was cut, or broke off');
    if (found) return { ok: false, bad: found };
    if (!signed)
      return {
        ok: false,
        bad: bad(
          { seq: null, fileLine: 1 },
          'no head is signed by this key, so anybody may have written these lines',
        ),
      };
    const { installation } = signed as SignedHead;
    return { ok: true, seq: at.seq, installation, signed, anchored };
  };

  return { step, end };
}
