import { parseArgs } from 'node:util';
import { readPublicKey } from '#lib/auth/audit-key.ts';
import { verifyChain } from '#lib/auth/verify-chain.ts';
import { type ExportVerdict, verifyExport } from '#lib/domain/audit/verify-export.ts';
import { type Command, type CommandContext, UsageError } from './command.ts';
import { withDatabase } from './database-url.ts';
import { readLines } from './read-lines.ts';

type Files = { file: string; anchor: string | undefined };

async function walkDatabase({ env, out, err }: CommandContext): Promise<number> {
  const step = await withDatabase(env, (database) => verifyChain(database.stores.audit));
  if (step.ok) {
    out(`complete to seq ${step.place.seq}`);
    return 0;
  }
  err(`first bad line: seq ${step.seq}: ${step.what}`);
  return 1;
}

const countText = (count: bigint, noun: string) => `${count} ${noun}${count === 1n ? '' : 's'}`;

/** What holds, how far, and where it ends. */
function wholeText(verdict: Extract<ExportVerdict, { ok: true }>, { anchor }: Files): string[] {
  const { seq, signed, anchored, installation } = verdict;
  const tail = seq - signed.seq;
  return [
    `complete to seq ${seq}${anchored ? '' : ': later truncation not excluded, since no anchor was compared'}`,
    `log ${installation}, key ${signed.keyId}`,
    `signed to seq ${signed.seq} (${signed.at}): every line up to it is as it was written`,
    ...(anchored ? [`anchored to seq ${anchored.seq} (${anchored.at}) by ${anchor}`] : []),
    tail === 0n
      ? 'not protected: nothing; the last line is signed'
      : `not protected: the last ${countText(tail, 'line')} (seq ${signed.seq + 1n} to ${seq}), written after the newest signed head; whoever can write to the database can still change them unseen`,
  ];
}

async function verifyFile({ out, err }: CommandContext, files: Files, keyFiles: readonly string[]) {
  const keys = await Promise.all(keyFiles.map(readPublicKey));
  const anchors = files.anchor === undefined ? null : readLines(files.anchor);
  const verdict = verifyExport(readLines(files.file), anchors, keys);
  if (verdict.ok) {
    for (const line of wholeText(verdict, files)) out(line);
    return 0;
  }
  const { file, seq, fileLine, what } = verdict.bad;
  const place = `line ${fileLine} of ${file === 'export' ? files.file : files.anchor}`;
  err(`first bad line: ${seq === null ? place : `seq ${seq}, ${place}`}: ${what}`);
  return 1;
}

export const auditVerify: Command = {
  name: 'audit verify',
  usage: 'audit verify [FILE --key PUB [--anchor FILE]]',
  summary: 'Verify an export offline, or without a file the chain in the database; names the first bad line',
  async run(context) {
    const { values, positionals } = parseArgs({
      args: [...context.args],
      allowPositionals: true,
      options: { key: { type: 'string', multiple: true }, anchor: { type: 'string' } },
    });
    const [file, ...more] = positionals;
    if (more.length > 0) throw new UsageError('audit verify takes one export.');
    if (file === undefined) {
      if (values.key || values.anchor)
        throw new UsageError(
          '--key and --anchor go with an export: name its file. Without one, the database is walked.',
        );
      return walkDatabase(context);
    }
    if (!values.key)
      throw new UsageError(
        'An export is verified with the public key: --key PUB (several, where the key was changed).',
      );
    return verifyFile(context, { file, anchor: values.anchor }, values.key);
  },
};
