'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { asProblem } from '#lib/client/api.ts';
import { flowQuery } from '#lib/client/flows.ts';
import { paths } from '#lib/client/paths.ts';
import { editReplay, replayQuery } from '#lib/client/replays.ts';
import { toView, useView } from '#lib/client/view.ts';
import type { FlowView } from '#lib/contract/flows.ts';
import type { ReplayView } from '#lib/contract/replays.ts';
import { Link } from '../ui/link.tsx';
import { LiveView } from '../ui/live-view.tsx';
import { PageHeader } from '../ui/section.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { announce } from '../ui/toast.tsx';
import { BoundaryFacts } from './boundary-facts.tsx';
import { DraftForm, type DraftTerms } from './draft-form.tsx';
import { type Limits, limitsOf, policyNumbers, type Typed } from './draft-terms.ts';
import { actionOf } from './verbs.ts';

/** The draft's own numbers where they differ from the policy's. */
function typedOf(replay: ReplayView, flow: FlowView | null): Typed {
  const policy = policyNumbers(limitsOf(flow?.policy ?? null));
  const own = (value: number, limit: number | null) => (value === limit ? '' : String(value));
  return {
    maxRecords: own(replay.bounds.maxRecords, policy.maxRecords),
    recordsPerSecond: own(replay.bounds.recordsPerSecond, policy.recordsPerSecond),
    maxMinutes: own(replay.bounds.maxDurationMs / 60_000, policy.maxMinutes),
    canaryRecords: own(replay.canary.records, policy.canaryRecords),
    settleSeconds: own(replay.canary.settleMs / 1000, policy.settleSeconds),
    cameBackPercent: own(replay.canary.maxCameBackRatio * 100, policy.cameBackPercent),
  };
}

/** A field that was emptied goes back to what the policy says; left out, the API would keep the draft's own number. */
function backToPolicy(limits: Limits, terms: DraftTerms): Pick<DraftTerms, 'bounds' | 'canary'> {
  const given = (name: string, value: number | null) => (value === null ? {} : { [name]: value });
  return {
    bounds: {
      ...given('maxRecords', limits.maxRecords),
      ...given('recordsPerSecond', limits.recordsPerSecond),
      ...given('maxDurationMs', limits.maxDurationMs),
      ...terms.bounds,
    },
    canary: {
      ...given('records', limits.canaryRecords),
      ...given('settleMs', limits.settleMs),
      ...given('maxCameBackRatio', limits.maxCameBackRatio),
      ...terms.canary,
    },
  };
}

function Edit({ replay, flow }: { replay: ReplayView; flow: FlowView | null }) {
  const router = useRouter();
  const client = useQueryClient();
  const limits = limitsOf(flow?.policy ?? null);
  const edit = useMutation({
    mutationFn: (terms: DraftTerms) => editReplay(replay.id, { ...terms, ...backToPolicy(limits, terms) }),
    onSuccess: (changed) => {
      client.setQueryData(replayQuery(replay.id).queryKey, changed);
      announce('Draft changed');
      router.push(paths.replay(replay.id));
    },
  });
  const action = actionOf(replay, 'edit');
  const { kind, topic } = replay.destination;
  return (
    <>
      <PageHeader
        crumbs={
          <Link href={paths.replay(replay.id)} className="link">
            Replay {replay.id}
          </Link>
        }
        title="Edit the draft"
        lead="Which dead letters it is about stays as it is."
      />
      <div className="grid grid-cols-1 gap-x-8 gap-y-6 xl:grid-cols-[minmax(0,7fr)_minmax(0,5fr)]">
        <DraftForm
          flow={flow}
          sourceTopic={replay.source.topic}
          start={{
            choice: kind === 'retry' ? `retry:${topic}` : kind === 'topic' ? `topic:${topic}` : kind,
            reason: replay.reason,
            ticket: replay.ticket ?? '',
            autoStart: replay.autoStart,
            typed: typedOf(replay, flow),
          }}
          submitText="Save draft"
          denied={action?.allowed ? null : (action?.reason ?? 'The API does not offer it.')}
          busy={edit.isPending || edit.isSuccess}
          problem={edit.error ? asProblem(edit.error) : null}
          onSubmit={(terms) => edit.mutate(terms)}
        />
        <BoundaryFacts flow={flow} />
      </div>
    </>
  );
}

function WithFlow({ replay }: { replay: ReplayView }) {
  const flow = useQuery({ ...flowQuery(replay.flow ?? ''), enabled: replay.flow !== null });
  if (replay.flow === null) return <Edit replay={replay} flow={null} />;
  return (
    <LiveView
      page={`Edit ${replay.id}`}
      view={toView(flow)}
      what="the flow"
      skeleton={<SkeletonRows what="the flow" rows={10} />}
    >
      {(data) => <Edit replay={replay} flow={data} />}
    </LiveView>
  );
}

/** Changes a draft that has not been planned. */
export function EditReplayPage({ id }: { id: string }) {
  const view = useView(replayQuery(id));
  return (
    <LiveView
      page={`Edit ${id}`}
      view={view}
      what="replay"
      skeleton={<SkeletonRows what="the replay" rows={10} />}
    >
      {(replay) => <WithFlow replay={replay} />}
    </LiveView>
  );
}
