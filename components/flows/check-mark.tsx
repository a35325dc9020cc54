import type { CheckCounts } from '#lib/contract/flows.ts';
import { plural } from '../ui/format.ts';
import { Unknown } from '../ui/quantity.tsx';
import { findingSigns } from '../ui/signs.ts';
import { StatusSign } from '../ui/status-sign.tsx';

/** The worst of what was found on a flow, with how many of it. */
export function CheckMark({ counts }: { counts: CheckCounts | null }) {
  if (counts === null) return <Unknown why="the worker has not looked at this version of the declaration" />;
  for (const kind of ['wrong', 'risk', 'unknown'] as const)
    if (counts[kind] > 0)
      return (
        <StatusSign
          sign={findingSigns[kind]}
          word={kind === 'risk' ? plural(counts[kind], 'risk') : `${counts[kind]} ${findingSigns[kind].word}`}
        />
      );
  return <span className="text-muted">agrees</span>;
}
