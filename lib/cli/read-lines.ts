import { closeSync, openSync, readSync } from 'node:fs';

const pieceBytes = 1 << 20;
/** Longer than any line that is written; a longer one is handed out in pieces, and so is no line of an export. */
const longestBytes = 64 << 20;
const lineFeed = 10;

/** The lines of a file as bytes, without their line feeds, one at a time; what stands behind the last line feed is a line too. */
export function* readLines(file: string): Generator<Buffer> {
  const fd = openSync(file, 'r');
  try {
    let rest = Buffer.alloc(0);
    for (;;) {
      const piece = Buffer.alloc(pieceBytes);
      const read = readSync(fd, piece);
      if (read === 0) break;
      const bytes = Buffer.concat([rest, piece.subarray(0, read)]);
      let from = 0;
      for (let to = bytes.indexOf(lineFeed); to >= 0; to = bytes.indexOf(lineFeed, from)) {
        yield bytes.subarray(from, to);
        from = to + 1;
      }
      rest = bytes.subarray(from);
      if (rest.length < longestBytes) continue;
      yield rest;
      rest = Buffer.alloc(0);
    }
    if (rest.length > 0) yield rest;
  } finally {
    closeSync(fd);
  }
}
