import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { afterAnchor } from '#lib/domain/audit/after-anchor.ts';
import { headText, parseHead, type SignedHead } from '#lib/domain/audit/head.ts';
import type { AnchorPlace } from '#lib/usecases/audit/anchor-head.ts';

/** More than two heads take. */
const lookBackBytes = 2048;

/** The newest whole head of the file, and whether a write broke off behind it. */
async function endOf(handle: FileHandle): Promise<{ last: SignedHead | null; torn: boolean }> {
  const { size } = await handle.stat();
  const bytes = Buffer.alloc(Math.min(size, lookBackBytes));
  await handle.read(bytes, 0, bytes.length, size - bytes.length);
  const lines = bytes.toString('latin1').split('\n');
  const torn = lines.pop() !== '';
  const last = lines.findLast((line) => parseHead(line) !== null);
  return { last: last === undefined ? null : parseHead(last), torn: torn && size > 0 };
}

/** A file that heads are appended to, each on disk before it counts as kept. Anyone may read it: heads are no secret. */
export function anchorFile(file: string): AnchorPlace {
  return {
    name: `file ${file}`,
    async anchor(head) {
      const handle = await open(file, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND, 0o644);
      try {
        const { last, torn } = await endOf(handle);
        const verdict = afterAnchor(last, head);
        if (verdict.next === 'refuse') throw new Error(`The anchor file ${file}: ${verdict.why}`);
        if (verdict.next === 'there') return;
        await handle.appendFile(`${torn ? '\n' : ''}${headText(head)}\n`);
        await handle.sync();
        if (last === null) await syncFolder(path.dirname(file));
      } finally {
        await handle.close();
      }
    },
  };
}

/** A new file's name is on disk only when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
