'use client';
import { alertsQuery } from '#lib/client/incidents.ts';
import { useView } from '#lib/client/view.ts';
import type { AlertView } from '#lib/contract/alerts.ts';
import { Age } from '../ui/age.tsx';
import { EmptyNothing } from '../ui/empty.tsx';
import { Link } from '../ui/link.tsx';
import { LiveView } from '../ui/live-view.tsx';
import { Section } from '../ui/section.tsx';
import { Sign } from '../ui/sign.tsx';
import { OpenIncidentButton } from './open-button.tsx';

function Line({ alert }: { alert: AlertView }) {
  const firing = alert.phase === 'firing';
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 gap-y-1 border-b border-line px-2 py-1.5">
      <Sign
        shape={firing ? 'triangle' : 'dot'}
        tone={firing ? (alert.severity === 'act' ? 'act' : 'warn') : 'ok'}
        className="translate-y-1"
      />
      <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">
        <span className="sr-only">{firing ? 'fires: ' : 'recovered: '}</span>
        <Link href={alert.href} className="link font-medium">
          {alert.title}
        </Link>{' '}
        <span className="text-muted">{alert.detail}</span>
      </span>
      <span className="text-xs text-muted">
        {firing ? 'since ' : 'recovered '}
        <Age at={alert.recoveredAt ?? alert.since} />
      </span>
      <OpenIncidentButton
        size="sm"
        title={alert.title}
        choices={[{ thing: { kind: 'alert', key: alert.key }, text: alert.title }]}
      />
    </li>
  );
}

/** What fires now, and what recovered within a day: each can become an incident. */
export function FiringAlerts() {
  const view = useView(alertsQuery());
  return (
    <Section title="Alerts" aside="firing, and recovered within a day">
      <LiveView view={view} what="alerts">
        {({ items }) =>
          items.length === 0 ? (
            <EmptyNothing good title="No alert fires">
              None has fired and recovered within a day either.
            </EmptyNothing>
          ) : (
            <ul aria-label="Alerts">
              {items.map((alert) => (
                <Line key={alert.key} alert={alert} />
              ))}
            </ul>
          )
        }
      </LiveView>
    </Section>
  );
}
