'use client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { parseAsString, useQueryStates } from 'nuqs';
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import { useRef } from 'react';
import { asProblem } from '#lib/client/api.ts';
import { readChosen } from '#lib/client/chosen-records.ts';
import { deadLetterTopicQuery } from '#lib/client/dead-letters.ts';
import { flowQuery } from '#lib/client/flows.ts';
import { paths } from '#lib/client/paths.ts';
import { deniedReason } from '#lib/client/permission.ts';
import { draftReplay, newIdempotencyKey } from '#lib/client/replays.ts';
import { meQuery } from '#lib/client/session.ts';
import { toView, useView } from '#lib/client/view.ts';
import type { DeadLetterTopic } from '#lib/contract/dead-letter-topic.ts';
import type { FlowView } from '#lib/contract/flows.ts';
import type { DraftBody } from '#lib/contract/replays.ts';
import { EmptyNothing } from '../ui/empty.tsx';
import { Link } from '../ui/link.tsx';
import { LiveView } from '../ui/live-view.tsx';
import { PageHeader } from '../ui/section.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { announce } from '../ui/toast.tsx';
import { BoundaryFacts } from './boundary-facts.tsx';
import { blankStart, DraftForm } from './draft-form.tsx';
import { SourceFacts } from './source-facts.tsx';

type Selection = DraftBody['source']['selection'];

const useUrl = () =>
  useQueryStates({
    cluster: parseAsString,
    topic: parseAsString,
    fingerprint: parseAsString,
    filter: parseAsString,
    records: parseAsString,
    from: parseAsString,
    to: parseAsString,
  })[0];

function selectionOf({
  fingerprint,
  filter,
  records,
  from,
  to,
}: ReturnType<typeof useUrl>): Selection | null {
  const range = { ...(from ? { from } : {}), ...(to ? { to } : {}) };
  const chosen = readChosen(records);
  if (chosen.length > 0) return { records: chosen };
  if (filter) return { filter, ...range };
  return fingerprint ? { fingerprint, ...range } : null;
}

function Draft({
  topic,
  flow,
  selection,
}: {
  topic: DeadLetterTopic;
  flow: FlowView | null;
  selection: Selection;
}) {
  const router = useRouter();
  const me = useQuery(meQuery());
  const key = useRef(newIdempotencyKey());
  const source = { topic: topic.topic, topicId: topic.topicId, selection };
  const draft = useMutation({
    mutationFn: (body: DraftBody) => draftReplay(body, key.current),
    onSuccess: (replay) => {
      announce(`Drafted ${replay.id}`);
      router.push(paths.replay(replay.id));
    },
    // Refused is answered; the next attempt is another one. Not answered: the same key, so that it can't be drafted twice.
    onError: (error) => {
      if (!asProblem(error).isUnreachable) key.current = newIdempotencyKey();
    },
  });
  return (
    <>
      <PageHeader
        crumbs={
          <>
            <Link href={paths.deadLetters()} className="link">
              Dead letters
            </Link>
            {' · '}
            <Link
              href={paths.deadLetterTopic(
                topic.cluster,
                topic.topic,
                'fingerprint' in selection
                  ? { fingerprint: selection.fingerprint }
                  : 'filter' in selection
                    ? { filter: selection.filter }
                    : {},
              )}
              className="link"
            >
              {topic.topic}
            </Link>
          </>
        }
        title="Draft a replay"
        lead="Draft, plan, submit, approve, start: a draft freezes nothing and sends nothing."
      />
      <div className="grid grid-cols-1 gap-x-8 gap-y-6 xl:grid-cols-[minmax(0,7fr)_minmax(0,5fr)]">
        <div className="flex flex-col gap-6 xl:order-last">
          <SourceFacts cluster={topic.cluster} source={source} />
          <BoundaryFacts flow={flow} />
        </div>
        <DraftForm
          flow={flow}
          sourceTopic={topic.topic}
          start={blankStart}
          submitText="Create draft"
          denied={deniedReason(me.data, 'replay.draft')}
          busy={draft.isPending || draft.isSuccess}
          problem={draft.error ? asProblem(draft.error) : null}
          onSubmit={(terms) => draft.mutate({ cluster: topic.cluster, source, ...terms })}
        />
      </div>
    </>
  );
}

/** The form needs the flow before it can say what is allowed. */
function WithFlow({ topic, selection }: { topic: DeadLetterTopic; selection: Selection }) {
  const flow = useQuery({ ...flowQuery(topic.flow ?? ''), enabled: topic.flow !== null });
  if (topic.flow === null) return <Draft topic={topic} flow={null} selection={selection} />;
  return (
    <LiveView
      page="Draft a replay"
      view={toView(flow)}
      what="the flow"
      skeleton={<SkeletonRows what="the flow" rows={10} />}
    >
      {(data) => <Draft topic={topic} flow={data} selection={selection} />}
    </LiveView>
  );
}

function FromTopic({ cluster, topic, selection }: { cluster: string; topic: string; selection: Selection }) {
  const view = useView(deadLetterTopicQuery(cluster, topic));
  return (
    <LiveView
      page="Draft a replay"
      view={view}
      what={`the topic ${topic}`}
      skeleton={<SkeletonRows what={`the topic ${topic}`} rows={10} />}
    >
      {(data) => <WithFlow topic={data} selection={selection} />}
    </LiveView>
  );
}

function New() {
  const url = useUrl();
  const selection = selectionOf(url);
  if (url.cluster === null || url.topic === null || selection === null)
    return (
      <>
        <PageHeader title="Draft a replay" />
        <EmptyNothing title="Nothing is chosen">
          A replay begins at its dead letters: choose a failure group or records in{' '}
          <Link href={paths.deadLetters()} className="link">
            Dead letters
          </Link>
          .
        </EmptyNothing>
      </>
    );
  return <FromTopic cluster={url.cluster} topic={url.topic} selection={selection} />;
}

/** From a failure group, a filter or chosen records to a draft. */
export const NewReplayPage = () => (
  <NuqsAdapter>
    <New />
  </NuqsAdapter>
);
