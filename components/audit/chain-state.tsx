'use client';
import { auditHeadQuery } from '#lib/client/audit.ts';
import { useView } from '#lib/client/view.ts';
import { Age } from '../ui/age.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { formatCount } from '../ui/format.ts';
import type { SignOf } from '../ui/signs.ts';
import { StatusSign } from '../ui/status-sign.tsx';

const signs: Readonly<Record<'verified' | 'broken' | 'unchecked', SignOf>> = {
  verified: { shape: 'dot', tone: 'ok', word: 'chain verified' },
  broken: { shape: 'cross', tone: 'act', word: 'chain broken' },
  unchecked: { shape: 'ring', tone: 'idle', word: 'chain not checked' },
};

/** How far the hash chain was walked, and with what result. */
export function ChainState() {
  const view = useView(auditHeadQuery());
  if (view.state !== 'ready' && view.state !== 'stale')
    return (
      <span className="text-xs text-faint">
        {view.state === 'loading' ? 'reading the head' : view.problem.title}
      </span>
    );
  const head = view.data;
  return (
    <span className="flex flex-wrap items-center gap-x-3 text-xs">
      <StatusSign
        sign={signs[head.chain]}
        word={`${signs[head.chain].word}${head.checkedTo === null ? '' : ` to line ${formatCount(head.checkedTo)}`}`}
      />
      {head.checkedAt === null ? null : (
        <span className="text-faint">
          <Age at={head.checkedAt} />
        </span>
      )}
      <span className="text-muted">
        head {formatCount(head.seq)} · <code>{head.hash.slice(0, 12)}</code>
        <CopyButton text={head.hash} label="head hash" />
      </span>
    </span>
  );
}
