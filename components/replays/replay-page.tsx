'use client';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { segment } from '#lib/client/api.ts';
import { paths } from '#lib/client/paths.ts';
import { replayQuery } from '#lib/client/replays.ts';
import { useView } from '#lib/client/view.ts';
import type { ReplayView } from '#lib/contract/replays.ts';
import { isExecuting } from '#lib/domain/replays/state.ts';
import { Age, AsOf } from '../ui/age.tsx';
import { Button } from '../ui/button.tsx';
import { formatDuration, plural } from '../ui/format.ts';
import { Link } from '../ui/link.tsx';
import { LiveView } from '../ui/live-view.tsx';
import { PageHeader, Section } from '../ui/section.tsx';
import { Sign } from '../ui/sign.tsx';
import { replaySigns } from '../ui/signs.ts';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { StatusSign } from '../ui/status-sign.tsx';
import { ActionBar } from './action-bar.tsx';
import { BreakGlassNote } from './break-glass-note.tsx';
import { DecisionSheet } from './decision-sheet.tsx';
import { Gates } from './gates.tsx';
import { consequenceOf, outcomeOf } from './headline.ts';
import { Approvals, Timeline } from './history.tsx';
import { LifeLine } from './life-line.tsx';
import { ProgressView } from './progress-view.tsx';
import { TimeLeft } from './time-left.tsx';
import { useSeen } from './use-seen.ts';

const AllActions = dynamic(() => import('./all-actions.tsx').then((module) => module.AllActions), {
  ssr: false,
});
const FlowLinks = dynamic(() => import('../flows/flow-links.tsx').then((module) => module.FlowLinks), {
  ssr: false,
});
const Records = dynamic(() => import('./records.tsx').then((module) => module.ReplayRecords), {
  ssr: false,
  loading: () => <SkeletonRows what="records" rows={4} />,
});

function Reason({ replay }: { replay: ReplayView }) {
  if (replay.stateReason === null) return null;
  const loud = replay.state === 'paused' || replay.state === 'aborted' || replay.state === 'came_back';
  return (
    <p className={`flex items-baseline gap-2 px-2 py-1.5 ${loud ? 'bg-warn-soft' : 'bg-sunken'}`}>
      <Sign
        shape={replaySigns[replay.state].shape}
        tone={replaySigns[replay.state].tone}
        className="translate-y-0.5"
      />
      <span>
        <span className="font-medium">{replaySigns[replay.state].word}:</span>{' '}
        {replay.stateReason.replace(/[.\s]+$/, '')}.
        {replay.resumesTo === null ? '' : ` To be resumed at: ${replaySigns[replay.resumesTo].word}.`}
      </span>
    </p>
  );
}

/** Where it stands while it runs and after: the numbers, and what must hold. */
function Running({ replay }: { replay: ReplayView }) {
  return (
    <div className="grid grid-cols-1 gap-x-8 gap-y-4 pb-4 xl:grid-cols-[minmax(0,7fr)_minmax(0,5fr)]">
      <Section
        title={replay.terminal ? 'Proof' : 'Progress'}
        aside={
          replay.startedAt === null ? undefined : replay.finishedAt === null ? (
            <span>
              started <Age at={replay.startedAt} />
            </span>
          ) : (
            <span>
              took {formatDuration(Date.parse(replay.finishedAt) - Date.parse(replay.startedAt))}, ended{' '}
              <Age at={replay.finishedAt} />
            </span>
          )
        }
      >
        <ProgressView replay={replay} />
        <Downloads replay={replay} />
      </Section>
      <Section
        title="Gates"
        aside={replay.terminal ? 'as last evaluated' : 'a gate that fails pauses or aborts'}
      >
        <Gates gates={replay.gates} />
      </Section>
    </div>
  );
}

function Downloads({ replay }: { replay: ReplayView }) {
  const base = `/api/v1/replays/${segment(replay.id)}`;
  return (
    <p className="flex flex-wrap gap-x-4 px-2 pb-2">
      <a href={`${base}/report?format=md`} download={`${replay.id}.md`} className="link">
        Report (Markdown)
      </a>
      <a href={`${base}/report?format=json`} download={`${replay.id}.json`} className="link">
        Report (JSON)
      </a>
      <a href={`${base}/manifest`} download={`${replay.id}-manifest.ndjson`} className="link">
        Manifest
      </a>
    </p>
  );
}

function RecordsSection({ replay, started }: { replay: ReplayView; started: boolean }) {
  const [asked, setAsked] = useState(false);
  const records = replay.manifest?.records ?? 0;
  const shown = asked || replay.terminal;
  return (
    <Section
      title="Records"
      count={plural(records, 'record')}
      aside={
        started ? undefined : (
          <a
            href={`/api/v1/replays/${segment(replay.id)}/manifest`}
            download={`${replay.id}-manifest.ndjson`}
            className="link"
          >
            Manifest
          </a>
        )
      }
    >
      {shown ? (
        <Records replay={replay} />
      ) : (
        <p className="px-2 py-2">
          <Button size="sm" onClick={() => setAsked(true)}>
            {started ? 'Show each record and its outcome' : 'Show each frozen record'}
          </Button>
        </p>
      )}
    </Section>
  );
}

/** The long list is for the curious and for the terminal; the actions of the moment stand in the bar. */
function EveryAction({ replay }: { replay: ReplayView }) {
  const [asked, setAsked] = useState(false);
  return (
    <Section title="All actions" aside="what may be done now, and why not">
      {asked ? (
        <AllActions replay={replay} />
      ) : (
        <p className="px-2 py-2">
          <Button size="sm" onClick={() => setAsked(true)}>
            Show every action, with its call for a terminal
          </Button>
        </p>
      )}
    </Section>
  );
}

/** What follows from records that came back: it waits for a person, and says so where the question arises. */
function CameBackDrafts({ replay }: { replay: ReplayView }) {
  if (replay.draftedFor !== null)
    return (
      <p className="text-muted">
        Drafted by Sluice for what came back from{' '}
        <Link href={paths.replay(replay.draftedFor)} className="link">
          replay {replay.draftedFor}
        </Link>
        . It is not planned before a person does it.
      </p>
    );
  if (replay.drafts.length === 0) return null;
  return (
    <p className="text-muted">
      For what came back, a replay into the quarantine is drafted and waits to be planned:{' '}
      {replay.drafts.map((id, index) => (
        <span key={id}>
          {index > 0 ? ', ' : ''}
          <Link href={paths.replay(id)} className="link">
            {id}
          </Link>
        </span>
      ))}
      .
    </p>
  );
}

function ChangedNotice({ text, lookAgain }: { text: string; lookAgain: () => void }) {
  return (
    <div role="alert" className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2 bg-warn-soft px-2 py-2">
      <p className="flex items-baseline gap-2">
        <Sign shape="triangle" tone="warn" className="translate-y-0.5" />
        <span>
          <strong className="font-semibold">{text}</strong> Look at it again before you decide.
        </span>
      </p>
      <Button size="sm" onClick={lookAgain}>
        I have looked at it again
      </Button>
    </div>
  );
}

/** The first thing that is read: what came of it, else what it causes. */
function Headline({ replay }: { replay: ReplayView }) {
  const outcome = outcomeOf(replay);
  return (
    <>
      <p className="max-w-6xl text-lg font-semibold [overflow-wrap:anywhere]">
        {outcome ?? consequenceOf(replay)}
      </p>
      {outcome === null ? null : (
        <p className="max-w-6xl text-muted [overflow-wrap:anywhere]">As planned: {consequenceOf(replay)}</p>
      )}
      {replay.state === 'completed' || replay.state === 'verifying' ? (
        <p className="text-muted">Everything has been sent; what the target does with it is being watched.</p>
      ) : null}
      <CameBackDrafts replay={replay} />
    </>
  );
}

function Replay({ replay }: { replay: ReplayView }) {
  const { seen, changed, lookAgain } = useSeen(replay);
  const started = replay.startedAt !== null;
  const again = replay.terminal && replay.state !== 'verified';
  return (
    <>
      <PageHeader
        crumbs={
          <>
            <Link href={paths.replays()} className="link">
              Replays
            </Link>{' '}
            · {replay.cluster}
            <FlowLinks flow={replay.flow} values={{ deadLetterTopic: replay.source.topic }} />
          </>
        }
        title={
          <span className="flex flex-wrap items-center gap-x-3">
            {replay.purpose === 'preserve' ? 'Preserve' : 'Replay'} {replay.id}
            <StatusSign sign={replaySigns[replay.state]} className="text-sm font-normal" />
            <span className="text-sm font-normal text-muted">
              <TimeLeft replay={replay} />
            </span>
          </span>
        }
        actions={
          <>
            {again ? (
              <Link href={paths.deadLetterTopic(replay.cluster, replay.source.topic)} className="link">
                Plan another from {replay.source.topic}
              </Link>
            ) : null}
            <AsOf at={replay.asOf} />
          </>
        }
      >
        <Headline replay={replay} />
      </PageHeader>
      {changed === null || replay.terminal || isExecuting(replay.state) ? null : (
        <ChangedNotice text={changed} lookAgain={lookAgain} />
      )}
      <BreakGlassNote replay={replay} />
      <Reason replay={replay} />
      {started ? (
        <>
          <LifeLine replay={replay} />
          <div className="h-3" />
          <Running replay={replay} />
        </>
      ) : null}
      {replay.terminal && started ? <RecordsSection replay={replay} started /> : null}
      <div className={started ? 'pt-4' : ''}>
        <DecisionSheet replay={replay} />
      </div>
      <div className="flex flex-col gap-6 pt-6">
        {started ? null : <LifeLine replay={replay} />}
        {!replay.manifest || (replay.terminal && started) ? null : (
          <RecordsSection replay={replay} started={started} />
        )}
        <div className="grid grid-cols-1 gap-x-8 gap-y-6 xl:grid-cols-2">
          <Approvals replay={replay} />
          <Timeline replay={replay} />
        </div>
        <EveryAction replay={replay} />
      </div>
      <ActionBar replay={replay} seen={seen} changed={changed} />
    </>
  );
}

/** One replay: the page that approves. Consequence first, then what is decided on, then what may be done. */
export function ReplayPage({ id }: { id: string }) {
  const view = useView(replayQuery(id));
  return (
    <LiveView
      page={`Replay ${id}`}
      view={view}
      what="replay"
      skeleton={<SkeletonRows what="the replay" rows={14} />}
    >
      {(replay) => <Replay key={replay.id} replay={replay} />}
    </LiveView>
  );
}
