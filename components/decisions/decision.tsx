import type { ReactNode } from 'react';
import { paths } from '#lib/client/paths.ts';
import type { RecordDecision } from '#lib/contract/decisions.ts';
import { Seal } from '../replays/seal.tsx';
import { Age } from '../ui/age.tsx';
import { Link } from '../ui/link.tsx';
import { Coordinate } from '../ui/quantity.tsx';
import { outcomeSigns, replaySigns, verificationSigns } from '../ui/signs.ts';
import { StatusSign } from '../ui/status-sign.tsx';
import { evidenceText } from './evidence-text.ts';

const Line = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="grid grid-cols-[6rem_minmax(0,1fr)] gap-x-3">
    <dt className="text-muted">{name}</dt>
    <dd className="min-w-0 [overflow-wrap:anywhere]">{children}</dd>
  </div>
);

function Outcome({ record }: Pick<RecordDecision, 'record'>) {
  if (record === null)
    return <>Not among what it froze: it was never planned, or planned again without this record.</>;
  return (
    <span className="flex flex-wrap items-baseline gap-x-3">
      <StatusSign sign={outcomeSigns[record.outcome]} />
      {record.reason === null ? null : <span>{record.reason.replaceAll('_', ' ')}</span>}
      {record.destination === null ? null : (
        <span>
          landed at{' '}
          <Coordinate
            topic={record.destination.topic}
            partition={record.destination.partition}
            offset={record.destination.offset}
          />
        </span>
      )}
      {record.diverted === null ? null : <span>diverted: {record.diverted.replaceAll('_', ' ')}</span>}
      {record.attempt ? <span className="text-muted">attempt {record.attempt}</span> : null}
      {record.verification === null ? null : <StatusSign sign={verificationSigns[record.verification]} />}
    </span>
  );
}

/** One replay's part in the story of a record. */
export function Decision({ decision }: { decision: RecordDecision }) {
  const { replay, requester, reason, ticket, digest, policy, declaration, approvals, evidence, record } =
    decision;
  return (
    <li className="border-b border-line px-2 py-3">
      <p className="flex flex-wrap items-baseline gap-x-3 pb-2">
        <Link href={paths.replay(replay.id)} className="link font-medium">
          {replay.id}
        </Link>
        <StatusSign sign={replaySigns[replay.state]} />
        <span className="text-xs text-muted">
          <Age at={replay.createdAt} />
        </span>
      </p>
      <dl className="flex flex-col gap-1">
        <Line name="Asked for">
          by {requester}: {reason}
          {ticket === null ? '' : ` (${ticket})`}
        </Line>
        <Line name="From, to">
          {replay.from} → {replay.to.topic} ({replay.to.kind})
        </Line>
        <Line name="Decided">
          {decision.breakGlass ? 'Started by one person alone, under break-glass. ' : ''}
          {approvals.length === 0 && !decision.breakGlass ? 'By nobody.' : null}
          {approvals.map((approval) => (
            <span key={`${approval.by} ${approval.at}`} className="block">
              {approval.by} {approval.decision === 'approve' ? 'approved' : 'rejected'} seal{' '}
              <Seal digest={approval.digest} /> <Age at={approval.at} />
              {approval.comment ? `: ${approval.comment}` : ''}
            </span>
          ))}
        </Line>
        <Line name="On evidence">
          {evidenceText(evidence)}
          {policy === null ? '' : `, under policy version ${policy.version}`}
          {digest === null ? '' : ', frozen in seal '}
          {digest === null ? null : <Seal digest={digest} />}
        </Line>
        {declaration === null ? null : (
          <Line name="Declared">
            <Link href={paths.flowSheet(declaration.flow, { hash: declaration.hash })} className="link">
              the sheet of {declaration.flow}
            </Link>{' '}
            as it was, <Seal digest={declaration.hash} name="hash of the declaration" />
          </Line>
        )}
        <Line name="Became">
          <Outcome record={record} />
        </Line>
        {replay.stateReason === null ? null : <Line name="Because">{replay.stateReason}</Line>}
      </dl>
    </li>
  );
}
