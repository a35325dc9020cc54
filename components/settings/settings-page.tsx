'use client';
import { meQuery } from '#lib/client/session.ts';
import { useView } from '#lib/client/view.ts';
import { permissions } from '#lib/domain/access/roles.ts';
import { LiveView } from '../ui/live-view.tsx';
import { Facts, PageHeader, Section } from '../ui/section.tsx';
import { Sign } from '../ui/sign.tsx';
import { Notifications } from './notifications.tsx';
import { Tokens } from './tokens.tsx';

const ways = {
  session: 'signed in on this browser',
  token: 'API token',
  proxy: 'signed in by the proxy in front of Sluice',
  system: 'Sluice itself',
} as const;

function WhoAmI() {
  const view = useView(meQuery());
  return (
    <Section title="Who you are">
      <LiveView view={view} what="who you are">
        {(me) => (
          <div className="flex flex-col gap-4 px-2 py-3">
            <Facts
              facts={[
                { label: 'Name', value: me.name },
                { label: 'Roles', value: me.roles.join(', ') || 'none' },
                { label: 'By', value: ways[me.via] },
              ]}
            />
            <div>
              <h3 className="label pb-1">What you may do</h3>
              <ul className="grid grid-cols-1 gap-x-6 sm:grid-cols-3 lg:grid-cols-4">
                {permissions.map((permission) => {
                  const held = me.permissions.includes(permission);
                  return (
                    <li
                      key={permission}
                      className={`flex items-center gap-2 py-0.5 ${held ? '' : 'text-faint'}`}
                    >
                      <Sign shape={held ? 'check' : 'dash'} tone={held ? 'ok' : 'idle'} />
                      <span className="sr-only">{held ? 'may' : 'may not'}</span>
                      <code>{permission}</code>
                    </li>
                  );
                })}
              </ul>
              <p className="pt-2 text-muted">
                Roles are given per cluster and flow in the configuration; an admin can change them. An admin
                can’t approve.
              </p>
            </div>
          </div>
        )}
      </LiveView>
    </Section>
  );
}

export function SettingsPage() {
  return (
    <>
      <PageHeader title="Settings" />
      <div className="flex max-w-5xl flex-col gap-8">
        <WhoAmI />
        <Tokens />
        <Notifications />
      </div>
    </>
  );
}
