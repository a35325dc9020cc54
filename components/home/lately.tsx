'use client';
import { useQuery } from '@tanstack/react-query';
import { latelyQuery } from '#lib/client/audit.ts';
import { membersReplacedQuery } from '#lib/client/group-events.ts';
import { markersQuery } from '#lib/client/home.ts';
import { paths } from '#lib/client/paths.ts';
import { useView } from '#lib/client/view.ts';
import type { AuditEventView } from '#lib/contract/audit.ts';
import type { GroupEventView } from '#lib/contract/group-events.ts';
import type { MarkerView } from '#lib/contract/home.ts';
import { auditHref, auditVerb } from '../audit/words.ts';
import { Age } from '../ui/age.tsx';
import { EmptyNothing } from '../ui/empty.tsx';
import { Link } from '../ui/link.tsx';
import { LiveView } from '../ui/live-view.tsx';
import { Section } from '../ui/section.tsx';
import { Sign } from '../ui/sign.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';

const shown = 12;
/** Signing in and out says nothing about the platform. */
const isDecision = (event: AuditEventView) =>
  event.outcome === 'refused' || !event.action.startsWith('session.');

function EventLine({ event }: { event: AuditEventView }) {
  const href = auditHref(event.resource);
  return (
    <>
      <Sign
        shape={event.outcome === 'refused' ? 'slash' : 'dash'}
        tone={event.outcome === 'refused' ? 'warn' : 'idle'}
        className="translate-y-1"
      />
      <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">
        <span className="font-medium">{event.actor}</span> {auditVerb(event)}{' '}
        {href === null ? (
          <span className="text-muted">{event.resource}</span>
        ) : (
          <Link href={href} className="link">
            {event.resource}
          </Link>
        )}
        {event.code === null ? null : <span className="text-muted"> ({event.code})</span>}
      </span>
    </>
  );
}

function MarkerLine({ marker }: { marker: MarkerView }) {
  return (
    <>
      <Sign shape="diamond" tone="accent" className="translate-y-1" />
      <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">
        <span className="font-medium">{marker.service}</span> {marker.version ?? ''}{' '}
        <span className="text-muted">{marker.note ?? 'marked'}</span>
      </span>
    </>
  );
}

function ReplacedLine({ event }: { event: GroupEventView }) {
  return (
    <>
      <Sign shape="diamond" tone="accent" className="translate-y-1" />
      <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">
        <Link href={paths.group(event.cluster, event.groupId)} className="link font-medium">
          {event.groupId}
        </Link>{' '}
        <span className="text-muted">members replaced</span>
      </span>
    </>
  );
}

/** The last decisions and deploys (as they were told, or as groups show them), newest first. */
export function Lately() {
  const view = useView(latelyQuery(50));
  const markers = useQuery(markersQuery());
  const replaced = useQuery(membersReplacedQuery());
  return (
    <Section
      title="Lately"
      aside={
        <Link href={paths.audit()} className="link">
          All of the audit log
        </Link>
      }
    >
      <LiveView
        quiet
        view={view}
        what="the audit log"
        skeleton={<SkeletonRows what="the audit log" rows={8} />}
      >
        {({ items }) => {
          const lines = [
            ...items
              .filter(isDecision)
              .map((event) => ({ at: event.at, key: `a${event.seq}`, body: <EventLine event={event} /> })),
            ...(markers.data?.items ?? []).map((marker) => ({
              at: marker.at,
              key: `m${marker.id}`,
              body: <MarkerLine marker={marker} />,
            })),
            ...(replaced.data?.items ?? []).map((event) => ({
              at: event.at,
              key: `e${event.id}`,
              body: <ReplacedLine event={event} />,
            })),
          ]
            .sort((a, b) => b.at.localeCompare(a.at))
            .slice(0, shown);
          return lines.length === 0 ? (
            <EmptyNothing title="No decisions yet" />
          ) : (
            <ol>
              {lines.map((line) => (
                <li key={line.key} className="flex items-baseline gap-2 border-b border-line px-2 py-1.5">
                  {line.body}
                  <span className="text-right text-xs text-faint">
                    <Age at={line.at} />
                  </span>
                </li>
              ))}
            </ol>
          );
        }}
      </LiveView>
    </Section>
  );
}
