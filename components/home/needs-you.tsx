'use client';
import { useState } from 'react';
import { attentionQuery } from '#lib/client/home.ts';
import { useView } from '#lib/client/view.ts';
import type { AttentionItem } from '#lib/contract/home.ts';
import { attentionChoices } from '../incidents/attention-choices.ts';
import { OpenIncidentButton } from '../incidents/open-button.tsx';
import { Age, ReadAge } from '../ui/age.tsx';
import { Button, buttonClass } from '../ui/button.tsx';
import { EmptyNothing } from '../ui/empty.tsx';
import { plural } from '../ui/format.ts';
import { Link } from '../ui/link.tsx';
import { LiveView } from '../ui/live-view.tsx';
import { Section } from '../ui/section.tsx';
import { Sign } from '../ui/sign.tsx';
import { attentionSign } from '../ui/signs.ts';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { foldAttention } from './fold-attention.ts';

/** A runbook is a link only if it is one that a browser may follow safely. */
const isWebLink = (text: string) => /^https?:\/\//.test(text);

function Aside({ item }: { item: AttentionItem }) {
  return (
    <div className="col-start-2 flex flex-wrap items-baseline gap-x-4 text-muted lg:col-start-auto lg:justify-end">
      {item.since === null ? null : (
        <span className="whitespace-nowrap">
          since <Age at={item.since} />
        </span>
      )}
      {item.owner === null ? null : <span>{item.owner}</span>}
      {item.runbook === null ? null : isWebLink(item.runbook) ? (
        <a href={item.runbook} target="_blank" rel="noreferrer" className="link">
          runbook
        </a>
      ) : (
        <span title={item.runbook}>runbook: {item.runbook}</span>
      )}
      {item.claimedBy === null ? null : <span className="text-ink">{item.claimedBy} has it</span>}
    </div>
  );
}

function Line({ item, folded }: { item: AttentionItem; folded: boolean }) {
  const sign = attentionSign(item);
  const verb = item.verb.charAt(0).toUpperCase() + item.verb.slice(1);
  return (
    <li
      data-row={item.href}
      className={`relative grid grid-cols-[0.75rem_minmax(0,1fr)_auto] items-start gap-x-3 px-2 py-2 focus-within:bg-hover hover:bg-hover lg:grid-cols-[0.75rem_minmax(0,1fr)_auto_5.5rem] ${folded ? 'ml-6' : 'border-t border-line first:border-0'}`}
    >
      <span className="flex h-5 items-center">
        <Sign shape={sign.shape} tone={sign.tone} />
        <span className="sr-only">{sign.word}:</span>
      </span>
      <div className="min-w-0">
        <p className={`[overflow-wrap:anywhere] ${folded ? '' : 'text-base font-medium'}`}>{item.title}</p>
        {item.detail === '' ? null : <p className="max-w-[110ch] text-muted">{item.detail}</p>}
      </div>
      <Aside item={item} />
      <div className="col-start-3 row-start-1 text-right lg:col-start-4">
        <Link
          href={item.href}
          data-row-link=""
          aria-label={`${verb}: ${item.title}`}
          className={`${buttonClass('default', 'sm')} min-w-16`}
        >
          {verb}
        </Link>
      </div>
    </li>
  );
}

/** More lines than this wait behind a button: at 3 am nobody reads the fortieth. */
const shownAtFirst = 15;

function Lines({ items }: { items: readonly AttentionItem[] }) {
  const [all, setAll] = useState(false);
  const lines = foldAttention(items);
  const hidden = all ? 0 : Math.max(0, lines.length - shownAtFirst);
  return (
    <>
      <ul>
        {lines.slice(0, lines.length - hidden).map(({ item, folded }) => (
          <Line key={`${item.kind} ${item.resource} ${item.href}`} item={item} folded={folded} />
        ))}
      </ul>
      {hidden > 0 ? (
        <div className="border-t border-line px-2 py-2">
          <Button size="sm" look="quiet" onClick={() => setAll(true)}>
            Show {plural(hidden, 'more line')}
          </Button>
        </div>
      ) : null}
    </>
  );
}

/** What needs a human now, worst first; symptoms of one trouble stand under its worst. */
export function NeedsYou() {
  const view = useView(attentionQuery());
  const read = view.state === 'ready' || view.state === 'stale' ? view : null;
  return (
    <Section
      title="Needs you"
      count={read ? `${read.data.items.length}${read.data.nextCursor ? '+' : ''}` : undefined}
      aside={
        read ? (
          <span className="inline-flex flex-wrap items-center gap-x-3 gap-y-1">
            <ReadAge readAt={read.readAt} />
            <OpenIncidentButton
              size="sm"
              title={read.data.items[0]?.title ?? ''}
              choices={attentionChoices(read.data.items)}
            />
          </span>
        ) : undefined
      }
    >
      <LiveView view={view} what="what needs you" skeleton={<SkeletonRows what="what needs you" rows={4} />}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyNothing good title="Nothing needs you">
              No group is stuck or late, no dead letters are open, no replay waits for a decision.
            </EmptyNothing>
          ) : (
            <Lines items={items} />
          )
        }
      </LiveView>
    </Section>
  );
}
