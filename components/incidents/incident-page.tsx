'use client';
import { type IncidentSpan, incidentExportHref, incidentQuery } from '#lib/client/incidents.ts';
import { paths } from '#lib/client/paths.ts';
import { useView } from '#lib/client/view.ts';
import type { IncidentDetail } from '#lib/contract/incidents.ts';
import { atTime } from '#lib/domain/incidents/about.ts';
import { thingText } from '#lib/domain/incidents/thing-of-href.ts';
import { FlowLinks } from '../flows/flow-links.tsx';
import { Age, AsOf } from '../ui/age.tsx';
import { buttonClass } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { formatDuration } from '../ui/format.ts';
import { Link } from '../ui/link.tsx';
import { LiveView } from '../ui/live-view.tsx';
import { PageHeader } from '../ui/section.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { StatusSign } from '../ui/status-sign.tsx';
import { CloseButton } from './close-button.tsx';
import { Handover } from './handover.tsx';
import { NoteForm } from './note-form.tsx';
import { incidentSigns } from './signs.ts';
import { IncidentTimeline } from './timeline.tsx';

/** This incident with the time that it shows now: whoever opens the link sees the same lines. */
const frozenLink = ({ id, span }: IncidentDetail): string =>
  `${globalThis.location?.origin ?? ''}${paths.incident(id, span)}`;

function Exports({ incident, span }: { incident: IncidentDetail; span: IncidentSpan }) {
  return (
    <>
      {(['md', 'json'] as const).map((format) => (
        <a
          key={format}
          href={incidentExportHref(incident.id, format, span)}
          download={`${incident.id}.${format}`}
          className={buttonClass()}
        >
          {format === 'md' ? 'Markdown' : 'JSON'}
        </a>
      ))}
    </>
  );
}

function About({ incident }: { incident: IncidentDetail }) {
  return (
    <ul aria-label="What it is about" className="flex flex-wrap gap-x-4">
      {incident.about.map((about) => (
        <li key={about.href} className="[overflow-wrap:anywhere]">
          <Link href={atTime(about.href, incident.span)} className="link">
            {about.thing.kind === 'failure' || about.thing.kind === 'alert'
              ? about.name
              : thingText(about.thing)}
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Incident({ incident, span }: { incident: IncidentDetail; span: IncidentSpan }) {
  const { closed, lookBackMs } = incident;
  const narrowed = span.from !== null || span.to !== null;
  return (
    <>
      <PageHeader
        crumbs={
          <>
            <Link href={paths.incidents()} className="link">
              Incidents
            </Link>{' '}
            · {incident.id}
            {incident.flows.map((flow) => (
              <FlowLinks key={flow} flow={flow} />
            ))}
          </>
        }
        title={
          <span className="flex flex-wrap items-center gap-x-3">
            {incident.title}
            <StatusSign sign={incidentSigns[incident.state]} className="text-sm font-normal" />
          </span>
        }
        lead={
          <>
            opened by {incident.openedBy} <Age at={incident.openedAt} />, with a look back of{' '}
            {formatDuration(lookBackMs)}
            {closed === null ? null : (
              <>
                ; closed by {closed.by} <Age at={closed.at} />: “{closed.reason}”
              </>
            )}
          </>
        }
        actions={
          <>
            {incident.kept ? (
              <span className="text-muted">as it stood when it was closed</span>
            ) : (
              <AsOf at={incident.asOf} staleMs={20_000} />
            )}
            <CopyButton
              text={frozenLink(incident)}
              label="link with this time"
              className="h-8 border border-line px-2"
            >
              Copy link
            </CopyButton>
            <Exports incident={incident} span={span} />
            <CloseButton incident={incident} />
          </>
        }
      >
        <About incident={incident} />
        {narrowed ? (
          <p className="text-warn">
            Only a part of its time is shown.{' '}
            <Link href={paths.incident(incident.id)} className="link">
              Show all of it
            </Link>
          </p>
        ) : null}
      </PageHeader>
      <div className="grid grid-cols-1 items-start gap-x-8 gap-y-6 xl:grid-cols-2">
        <Handover incident={incident} />
        <div className="min-w-0">
          <NoteForm id={incident.id} />
          <IncidentTimeline incident={incident} />
        </div>
      </div>
    </>
  );
}

/** One incident: what those who were not there ask, answered; then everything that happened, as it joined. */
export function IncidentPage({ id, span }: { id: string; span: IncidentSpan }) {
  const view = useView(incidentQuery(id, span));
  return (
    <LiveView
      page={`Incident ${id}`}
      view={view}
      what="the incident"
      skeleton={<SkeletonRows what="the incident" rows={14} />}
    >
      {(incident) => <Incident incident={incident} span={span} />}
    </LiveView>
  );
}
