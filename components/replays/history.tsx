import { paths } from '#lib/client/paths.ts';
import type { ReplayView } from '#lib/contract/replays.ts';
import { Age } from '../ui/age.tsx';
import { Link } from '../ui/link.tsx';
import { Section } from '../ui/section.tsx';
import { Sign } from '../ui/sign.tsx';
import { Seal } from './seal.tsx';

export function Approvals({ replay }: { replay: ReplayView }) {
  const { approvals, policy, digest } = replay;
  return (
    <Section
      title="Approvals"
      count={policy ? `${policy.approvalsNeeded} needed, policy version ${policy.version}` : undefined}
    >
      {approvals.length === 0 ? (
        <p className="px-2 py-2 text-muted">Nobody has decided yet. Who prepared it can’t.</p>
      ) : (
        <ul aria-label="Approvals">
          {approvals.map((one) => (
            <li
              key={`${one.by} ${one.at}`}
              className="flex flex-wrap items-baseline gap-x-2 border-b border-line px-2 py-1.5"
            >
              <Sign
                shape={one.decision === 'approve' ? 'check' : 'slash'}
                tone={one.decision === 'approve' ? 'ok' : 'warn'}
                className="translate-y-0.5"
              />
              <span>
                <strong className="font-semibold">{one.by}</strong>{' '}
                {one.decision === 'approve' ? 'approved' : 'rejected'}
              </span>
              {one.comment === null ? null : (
                <span className="[overflow-wrap:anywhere]">“{one.comment}”</span>
              )}
              <span className="ml-auto inline-flex items-baseline gap-2 text-xs text-muted">
                {one.digest === digest ? null : (
                  <span className="text-warn">
                    another seal: <Seal digest={one.digest} groups={2} />
                  </span>
                )}
                <Age at={one.at} />
              </span>
            </li>
          ))}
        </ul>
      )}
      {policy === null ? null : (
        <ul aria-label="Policy rules" className="px-2 py-2 text-muted">
          {policy.rules.map((rule) => (
            <li key={`${rule.rule} ${rule.reason}`} className="[overflow-wrap:anywhere]">
              {rule.effect === 'deny' ? 'denies' : rule.effect === 'require' ? 'requires' : 'allows'}:{' '}
              {rule.reason} <code className="text-faint">{rule.rule}</code>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

export function Timeline({ replay }: { replay: ReplayView }) {
  const lines = replay.timeline.toReversed();
  return (
    <Section
      title="Timeline"
      aside={
        <Link href={paths.audit({ resource: `replay/${replay.id}` })} className="link">
          in the audit
        </Link>
      }
    >
      {lines.length === 0 ? (
        <p className="px-2 py-2 text-muted">Nothing has been recorded.</p>
      ) : (
        <ol aria-label="Timeline, newest first">
          {lines.map((line) => (
            <li
              key={`${line.at} ${line.what} ${line.actor}`}
              className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 border-b border-line px-2 py-1"
            >
              <span className="[overflow-wrap:anywhere]">
                <span className={line.what.startsWith('refused') ? 'text-warn' : ''}>
                  <strong className="font-semibold">{line.actor}</strong> {line.what}
                </span>
                {line.detail === null ? null : <span className="text-muted"> · {line.detail}</span>}
              </span>
              <span className="text-xs text-muted">
                <Age at={line.at} />
              </span>
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
}
