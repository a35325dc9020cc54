import type { ReactNode } from 'react';
import { paths } from '#lib/client/paths.ts';
import type { ReplayView } from '#lib/contract/replays.ts';
import { Age } from '../ui/age.tsx';
import { formatBytes, formatClock, formatCount, plural } from '../ui/format.ts';
import { Link } from '../ui/link.tsx';
import { diversionText } from './diversion-text.ts';
import { boundsSentence, howSentences } from './how.ts';
import { RiskList } from './risk-list.tsx';
import { risksOf } from './risks.ts';
import { Seal } from './seal.tsx';
import { selectedFingerprint, selectionText } from './selection-text.ts';

function Row({
  name,
  children,
  className = 'sm:grid-cols-[4rem_minmax(0,1fr)]',
}: {
  name: string;
  children: ReactNode;
  className?: string;
}) {
  return (
    <section
      className={`grid grid-cols-1 content-start gap-x-3 border-b border-line py-2 last:border-0 ${className}`}
    >
      <h2 className="label pt-0.5 tracking-wide uppercase">{name}</h2>
      <div className="flex min-w-0 flex-col gap-0.5">{children}</div>
    </section>
  );
}

function What({ replay }: { replay: ReplayView }) {
  const { manifest, source, digest, plannedAt } = replay;
  const fingerprint = selectedFingerprint(source.selection);
  const now = new Date();
  return (
    <>
      {manifest === null ? (
        <p>Not frozen yet: {selectionText(source.selection)}.</p>
      ) : (
        <p>
          <strong className="font-semibold">{plural(manifest.records, 'record')}</strong>,{' '}
          {formatBytes(manifest.bytes)}, {plural(manifest.keys, 'key')},{' '}
          {plural(manifest.partitions.length, 'partition')},{' '}
          <span className={manifest.leftOut > 0 ? 'font-medium text-warn' : ''}>
            {formatCount(manifest.leftOut)} left out
          </span>
          {manifest.diverted > 0 ? (
            <>
              , <span className="font-medium text-warn">{formatCount(manifest.diverted)} diverted</span>
            </>
          ) : null}
        </p>
      )}
      <p className="text-muted">
        from{' '}
        <Link
          href={paths.deadLetterTopic(
            replay.cluster,
            source.topic,
            fingerprint === null ? {} : { fingerprint },
          )}
          className="link [overflow-wrap:anywhere]"
        >
          {source.topic}
        </Link>
        {manifest === null ? '' : ` (${selectionText(source.selection)})`}
        {manifest?.oldestAt && manifest.newestAt
          ? `, ${formatClock(new Date(manifest.oldestAt), now)} – ${formatClock(new Date(manifest.newestAt), now)}`
          : ''}
      </p>
      {digest === null ? null : (
        <p className="flex flex-wrap items-baseline gap-x-3 text-muted">
          <span className="inline-flex items-baseline gap-1.5">
            seal <Seal digest={digest} />
          </span>
          <span>
            frozen <Age at={plannedAt} /> by {replay.requester}
          </span>
        </p>
      )}
    </>
  );
}

function Where({ replay }: { replay: ReplayView }) {
  const { destination, flow, declaration } = replay;
  const diverted = diversionText(replay);
  return (
    <>
      <p className="[overflow-wrap:anywhere]">
        <strong className="font-semibold">{destination.topic}</strong>
        <span className="text-muted">
          {' '}
          · {destination.kind}
          {destination.partitions === null ? '' : `, ${plural(destination.partitions, 'partition')}`}
        </span>
      </p>
      {diverted === null ? null : <p className="[overflow-wrap:anywhere] text-warn">{diverted}</p>}
      <p className="text-muted">
        {flow === null ? (
          'No flow declares the source.'
        ) : (
          <>
            flow{' '}
            <Link href={paths.flow(flow)} className="link">
              {flow}
            </Link>
            {declaration === null ? null : (
              <>
                ,{' '}
                <Link href={paths.flowSheet(declaration.flow, { hash: declaration.hash })} className="link">
                  as declared
                </Link>{' '}
                <code title={declaration.hash}>{declaration.hash.slice(0, 12)}</code>
              </>
            )}
          </>
        )}{' '}
        · cluster {replay.cluster}
      </p>
    </>
  );
}

/** Whose decision it is, and whose it was. */
function Who({ replay }: { replay: ReplayView }) {
  const { policy, approvals, digest } = replay;
  if (policy === null)
    return <p className="text-muted">How many must approve is known once it is planned.</p>;
  if (replay.purpose === 'preserve')
    return (
      <p className="text-muted">
        A copy into the declared quarantine asks for no approval: the originals stay open, and nobody
        processes the copies.
      </p>
    );
  const standing = approvals.filter((one) => one.digest === digest);
  const given = new Set(standing.filter((one) => one.decision === 'approve').map((one) => one.by)).size;
  return (
    <>
      <p>
        {formatCount(given)} of {plural(policy.approvalsNeeded, 'approval')}
        {standing.length === 0
          ? ''
          : `: ${standing.map((one) => `${one.by} ${one.decision === 'approve' ? 'approved' : 'rejected'}`).join(', ')}`}
      </p>
      <p className="text-muted">
        Anyone who may approve {replay.flow === null ? 'on this cluster' : `on flow ${replay.flow}`} and did
        not prepare it; policy version {policy.version}.
      </p>
    </>
  );
}

const starts = (replay: ReplayView) =>
  replay.autoStart
    ? 'Starts by itself at the last approval.'
    : `${replay.requester} or an approver starts it after the approval.`;

/** What is decided on: the same rows before, during and after. At 1440 the risks stand beside them, so that all is one screen. */
export function DecisionSheet({ replay }: { replay: ReplayView }) {
  const planned = replay.manifest !== null;
  return (
    <div className="grid grid-cols-1 gap-x-8 xl:grid-cols-[minmax(0,5fr)_minmax(0,7fr)] xl:grid-rows-[repeat(5,auto)_1fr]">
      <Row name="What">
        <What replay={replay} />
      </Row>
      <Row name="Where">
        <Where replay={replay} />
      </Row>
      <Row name="Why">
        <p className="[overflow-wrap:anywhere]">
          “{replay.reason}”{replay.ticket === null ? '' : ` · ${replay.ticket}`}
        </p>
        <p className="text-muted">
          asked by {replay.requester} <Age at={replay.createdAt} />
        </p>
      </Row>
      <Row
        name="Risks"
        className="sm:grid-cols-[4rem_minmax(0,1fr)] xl:col-start-2 xl:row-span-6 xl:row-start-1 xl:grid-cols-1 xl:border-0"
      >
        {planned ? (
          <RiskList
            risks={risksOf(replay)}
            plannedAt={replay.plannedAt}
            now={replay.evidenceNow}
            source={{ cluster: replay.cluster, topic: replay.source.topic }}
          />
        ) : (
          <p className="text-muted">
            Not looked at yet. Planning freezes the records and looks at each risk.
          </p>
        )}
      </Row>
      <Row name="How">
        <p>{howSentences(replay, replay.manifest?.records ?? null).join(' ')}</p>
        <p className="text-muted">
          {boundsSentence(replay)} {starts(replay)}
        </p>
      </Row>
      <Row name="Undo">
        <p className="font-medium">{replay.undo ?? 'Known once it is planned.'}</p>
      </Row>
      <Row name="Who">
        <Who replay={replay} />
      </Row>
    </div>
  );
}
