'use client';
import type { ReactNode } from 'react';
import { flowQuery } from '#lib/client/flows.ts';
import { paths } from '#lib/client/paths.ts';
import { lastRead, useView } from '#lib/client/view.ts';
import type { FlowView } from '#lib/contract/flows.ts';
import { type OwnerLink, ownerKinds, ownerLinks } from '#lib/domain/flows/owner-links.ts';
import { AsOf } from '../ui/age.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Link } from '../ui/link.tsx';
import { LiveView } from '../ui/live-view.tsx';
import { Unknown } from '../ui/quantity.tsx';
import { PageHeader, Section } from '../ui/section.tsx';
import { boundaryMark, effectsOf, sheetLabel, sheetText } from './boundary.ts';
import { CheckSheet } from './check-sheet.tsx';
import { ObjectiveSheet } from './objective-sheet.tsx';

type Line = readonly [label: string, value: ReactNode, why?: string];

function Sheet({ title, lines }: { title: string; lines: readonly Line[] }) {
  return (
    <Section title={title}>
      <dl>
        {lines.map(([label, value, why]) => (
          <div
            key={label}
            className="grid grid-cols-[minmax(7rem,11rem)_minmax(0,1fr)] gap-x-4 border-b border-line px-2 py-1.5"
          >
            <dt className="text-muted">{label}</dt>
            <dd className="[overflow-wrap:anywhere]">
              {value ?? <Unknown why={why ?? 'not declared'} word="not declared" />}
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

const declared = (values: Readonly<Record<string, unknown>>): Line[] =>
  Object.entries(values).map(([key, value]) => [sheetLabel(key), sheetText(value, key)]);

const groupLink = (flow: FlowView, group: FlowView['groups'][number]) => (
  <span key={group.id} className="block">
    <Link href={paths.group(flow.cluster, group.id)} className="link">
      {group.id}
    </Link>{' '}
    <span className="text-muted">
      {group.replaySafe ? 'replay-safe' : 'not declared replay-safe'} ·{' '}
      {group.isolation ?? 'isolation not declared: counted as read_uncommitted'}
    </span>
  </span>
);

const topicLink = (flow: FlowView, topic: string | null) =>
  topic === null ? null : (
    <Link href={paths.deadLetterTopic(flow.cluster, topic)} className="link">
      {topic}
    </Link>
  );

const path = (flow: FlowView): Line[] => [
  ['Topic', flow.topic],
  ['Consumer groups', flow.groups.length === 0 ? null : flow.groups.map((group) => groupLink(flow, group))],
  ['Retry topics', flow.retryTopics.length === 0 ? null : flow.retryTopics.join(', ')],
  ['Dead letters', topicLink(flow, flow.deadLetters)],
  ['Quarantine', topicLink(flow, flow.quarantine)],
];

const boundary = (flow: FlowView): Line[] => {
  const effects = effectsOf(flow);
  return [
    ['Source of truth', sheetText(flow.boundary.truth)],
    ['Contract', sheetText(flow.boundary.contract)],
    ['Key and ordering', sheetText(flow.boundary.ordering)],
    ['State', sheetText(flow.boundary.state)],
    ['Time', sheetText(flow.boundary.time)],
    ['Delivery', sheetText(flow.boundary.delivery)],
    [
      'Side effects',
      effects.length === 0
        ? 'none'
        : effects.map((effect) => (
            <span key={effect.what} className="block">
              {effect.what}{' '}
              <span className="text-muted">
                {effect.external ? 'external, can’t be undone' : 'internal'} ·{' '}
                {effect.idempotencyKey === null
                  ? 'no idempotency key'
                  : `idempotency key ${effect.idempotencyKey}`}
              </span>
            </span>
          )),
    ],
    ['Replay', sheetText(flow.boundary.replay)],
  ];
};

const OwnerValue = ({ link: { href, text } }: { link: OwnerLink }) =>
  href === null ? (
    text
  ) : (
    <a href={href} target="_blank" rel="noreferrer" className="link">
      {href}
    </a>
  );

/** What the owner declared, as every page of the flow links to it: with the places filled in that are known here. */
function owner(flow: FlowView): Line[] {
  const known = { cluster: flow.cluster, flow: flow.name, topic: flow.topic, originTopic: flow.topic };
  const links = new Map(ownerLinks(flow.owner, known).map((link) => [link.kind, link]));
  return ownerKinds.map((kind) => {
    const link = links.get(kind);
    if (link === undefined) return [sheetLabel(kind), null];
    return [sheetLabel(kind), <OwnerValue key={kind} link={link} />];
  });
}

function Header({ name, flow }: { name: string; flow: FlowView | null }) {
  return (
    <PageHeader
      crumbs={
        <>
          <Link href={paths.flows()} className="link">
            Flows
          </Link>
          {flow ? ` · ${flow.cluster}` : ''}
        </>
      }
      title={name}
      lead={flow ? boundaryMark(flow) : undefined}
      actions={
        flow ? (
          <span className="flex flex-wrap items-center gap-x-3 text-xs text-muted">
            <Link href={paths.flowMap({ flow: flow.name })} className="link">
              on the map
            </Link>
            <Link href={paths.flowSheet(flow.name)} className="link">
              boundary sheet
            </Link>
            <span>
              declaration <code>{flow.hash.slice(0, 12)}</code>
              <CopyButton text={flow.hash} label="hash of the declaration" />
            </span>
            <AsOf at={flow.asOf} staleMs={60_000} label="read" />
          </span>
        ) : undefined
      }
    />
  );
}

/** One flow's boundary sheet, as declared. Read only: it is changed in the configuration file. */
export function FlowPage({ name }: { name: string }) {
  const view = useView(flowQuery(name));
  return (
    <>
      <Header name={name} flow={lastRead(view)} />
      <LiveView view={view} what={`flow ${name}`}>
        {(flow) => (
          <div className="grid items-start gap-x-8 gap-y-8 lg:grid-cols-2">
            <div className="lg:col-span-2">
              <CheckSheet flow={flow.name} />
            </div>
            <div className="flex min-w-0 flex-col gap-8">
              <Sheet title="Path" lines={path(flow)} />
              <Sheet title="Boundary" lines={boundary(flow)} />
            </div>
            <div className="flex min-w-0 flex-col gap-8">
              <Sheet title="Replay policy" lines={declared(flow.policy)} />
              <ObjectiveSheet flow={flow} />
              <Sheet title="Owner" lines={owner(flow)} />
            </div>
          </div>
        )}
      </LiveView>
    </>
  );
}
