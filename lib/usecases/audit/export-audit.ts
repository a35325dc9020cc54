import type { Principal } from '#lib/domain/access/roles.ts';
import { endText } from '#lib/domain/audit/export-line.ts';
import { headText } from '#lib/domain/audit/head.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { Database } from '#lib/store/database.ts';

const pageLines = 1000;

/**
 * The whole audit log up to the line that says that it is exported: the exact bytes that were hashed, one event a line, each signed head
 * behind its line, and an end (docs/audit.md). It is in the log before the first byte leaves.
 * @throws SluiceError audit_unavailable
 */
export async function exportAudit(
  deps: { database: Database; clock: () => Date },
  principal: Principal,
): Promise<{ fileName: string; parts: AsyncGenerator<string, void> }> {
  const upTo = await deps.database.stores.audit
    .appendNow({
      actor: principal.name,
      action: 'audit.export',
      outcome: 'allowed',
      code: null,
      resource: 'audit',
      detail: { via: principal.via },
    })
    .catch((cause) => {
      throw new SluiceError(
        'audit_unavailable',
        'Nothing is exported, since this export could not be written to the audit log.',
        { cause },
      );
    });
  const time = deps.clock().toISOString().replaceAll(/[:.]/g, '');
  return { fileName: `audit-${time}.ndjson`, parts: partsOf(deps.database, upTo) };
}

async function* partsOf(
  { stores }: Pick<Database, 'stores'>,
  upTo: { seq: bigint; hash: string },
): AsyncGenerator<string, void> {
  for (let after = 0n; after < upTo.seq; ) {
    const texts = await stores.audit.textsAfter(after, upTo.seq, pageLines);
    const last = texts.at(-1)?.seq;
    // Lines are missing in the database: the end shows it.
    if (last === undefined) break;
    const heads = new Map(
      (await stores.auditAnchors.headsAfter(after, last)).map((head) => [head.seq, headText(head)]),
    );
    yield texts
      .flatMap(({ seq, line }) => {
        const head = heads.get(seq);
        return head === undefined ? [line] : [line, head];
      })
      .map((text) => `${text}\n`)
      .join('');
    after = last;
  }
  yield `${endText(upTo)}\n`;
}
