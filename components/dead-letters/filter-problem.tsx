import type { FilterProblem } from '#lib/domain/dead-letters/filter/problem.ts';
import { Button } from '../ui/button.tsx';

const shownAround = 60;

/** What is wrong with the filter: the place marked in the text, the reason, and what may have been meant. */
export function FilterProblemNote({
  id,
  text,
  problem,
  onReplace,
}: {
  id: string;
  text: string;
  problem: FilterProblem;
  onReplace: (text: string) => void;
}) {
  const { at, end, suggestion } = problem;
  const marked = text.slice(at, Math.min(end, at + shownAround));
  return (
    <div id={id} role="alert" className="flex flex-col gap-1 text-xs">
      <p className="overflow-x-auto font-mono whitespace-pre text-muted">
        {at > shownAround ? '…' : ''}
        {text.slice(Math.max(0, at - shownAround), at)}
        <mark className="bg-act-soft text-act underline decoration-wavy underline-offset-4">
          {marked === '' ? '\u00A0' : marked}
        </mark>
        {text.slice(end, end + shownAround)}
      </p>
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-act">
        <span>
          {problem.line > 1 ? `Line ${problem.line}, column` : 'Column'} {problem.column}: {problem.message}
        </span>
        {suggestion === null ? null : (
          <Button size="sm" onClick={() => onReplace(text.slice(0, at) + suggestion + text.slice(end))}>
            Use <code>{suggestion}</code>
          </Button>
        )}
      </p>
    </div>
  );
}
