import type { ApiProblem } from '#lib/client/api.ts';
import { Sign } from './sign.tsx';

/** Of a 403: the permission, on what, what is held, who can grant it. */
export function Explain({ problem }: { problem: ApiProblem }) {
  const { explain } = problem;
  if (!explain) return null;
  return (
    <span className="text-muted">
      It takes <code>{explain.permission}</code> on <code>{explain.resource}</code>; you hold{' '}
      {explain.heldRoles.join(', ') || 'no role'}.{' '}
      {explain.grantedBy.length > 0 ? `Can grant it: ${explain.grantedBy.join(', ')}.` : ''}
    </span>
  );
}

/** A refusal beside what was refused: title, detail, code. Announced when it appears. */
export function ProblemNote({ problem }: { problem: ApiProblem | null }) {
  return (
    <div aria-live="assertive">
      {problem === null ? null : (
        <div className="flex items-baseline gap-2 rounded-md border border-act/40 bg-act-soft px-3 py-2">
          <Sign shape="cross" tone="act" className="translate-y-0.5" />
          <div>
            <p className="font-medium">{problem.title}</p>
            <p>
              {problem.detail} <Explain problem={problem} />
            </p>
            <p className="text-xs text-muted">
              <code>{problem.code}</code>
              {problem.status > 0 ? ` · ${problem.status}` : ''}
            </p>
          </div>
        </div>
      )}
    </div>
  );
}
