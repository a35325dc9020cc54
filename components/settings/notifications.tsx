'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { deliveriesQuery, endpointsQuery, sendTest } from '#lib/client/alerts.ts';
import { asProblem } from '#lib/client/api.ts';
import { deniedReason } from '#lib/client/permission.ts';
import { meQuery } from '#lib/client/session.ts';
import { useView } from '#lib/client/view.ts';
import type { EndpointView, NotificationView } from '#lib/contract/alerts.ts';
import { Age } from '../ui/age.tsx';
import { Button } from '../ui/button.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { EmptyNothing } from '../ui/empty.tsx';
import { LiveView } from '../ui/live-view.tsx';
import { ProblemNote } from '../ui/problem.tsx';
import { Section } from '../ui/section.tsx';
import { StatusSign } from '../ui/status-sign.tsx';
import { announce } from '../ui/toast.tsx';
import { deliveryNote, deliverySigns, deliveryTitle, formatName, wantsText } from './delivery-words.ts';

const broken = (text: string) => <span className="[overflow-wrap:anywhere]">{text}</span>;

const endpointColumns = (
  denied: string | null,
  sending: string | null,
  send: (endpoint: string) => void,
): readonly Column<EndpointView>[] => [
  { id: 'name', header: 'Endpoint', cell: ({ name }) => <span className="font-medium">{broken(name)}</span> },
  { id: 'format', header: 'Format', cell: ({ format }) => formatName(format) },
  { id: 'host', header: 'Host', from: 'md', cell: ({ host }) => broken(host) },
  { id: 'on', header: 'Is told of', from: 'sm', cell: (each) => broken(wantsText(each)) },
  { id: 'signed', header: 'Signed', from: 'md', cell: ({ signed }) => (signed ? 'yes' : 'no') },
  {
    id: 'test',
    header: <span className="sr-only">Test</span>,
    align: 'right',
    cell: ({ name }) => (
      <Button
        size="sm"
        aria-label={`Send a test to ${name}`}
        disabledReason={denied}
        busy={sending === name}
        onClick={() => send(name)}
      >
        Send test
      </Button>
    ),
  },
];

const deliveryColumns: readonly Column<NotificationView>[] = [
  { id: 'state', header: 'State', cell: ({ state }) => <StatusSign sign={deliverySigns[state]} /> },
  { id: 'what', header: 'What was told', cell: (row) => broken(deliveryTitle(row)) },
  { id: 'endpoint', header: 'Endpoint', from: 'sm', cell: ({ endpoint }) => broken(endpoint) },
  { id: 'note', header: 'Attempts', from: 'md', cell: (row) => broken(deliveryNote(row)) },
  { id: 'at', header: 'Since', align: 'right', cell: ({ createdAt }) => <Age at={createdAt} /> },
];

function Endpoints() {
  const view = useView(endpointsQuery());
  const me = useQuery(meQuery());
  const client = useQueryClient();
  const test = useMutation({
    mutationFn: sendTest,
    onSuccess: ({ endpoint }) => announce(`A test for ${endpoint} is in line`),
    onSettled: () => client.invalidateQueries({ queryKey: ['notifications', 'log'] }),
  });
  const sending = test.isPending ? test.variables : null;
  return (
    <LiveView view={view} what="endpoints">
      {({ items }) => (
        <>
          <DataTable
            label="Endpoints"
            rows={items}
            rowKey={({ name }) => name}
            columns={endpointColumns(deniedReason(me.data, 'notification.test'), sending, test.mutate)}
            empty={
              <EmptyNothing title="Nobody is told of alerts">
                Declare endpoints under <code>notify</code> in the configuration file. Alerts are judged and
                kept all the same.
              </EmptyNothing>
            }
          />
          <ProblemNote problem={test.error ? asProblem(test.error) : null} />
        </>
      )}
    </LiveView>
  );
}

function Deliveries() {
  const view = useView(deliveriesQuery());
  return (
    <LiveView view={view} what="deliveries">
      {({ items }) => (
        <DataTable
          label="Last deliveries"
          rows={items}
          rowKey={({ id }) => id}
          columns={deliveryColumns}
          empty={
            <EmptyNothing title="Nothing has been told yet">
              Deliveries of alerts and tests stand here.
            </EmptyNothing>
          }
        />
      )}
    </LiveView>
  );
}

/** Who is told of alerts, and what became of what was told. */
export function Notifications() {
  return (
    <>
      <Section title="Notifications">
        <Endpoints />
      </Section>
      <Section title="Last deliveries">
        <Deliveries />
      </Section>
    </>
  );
}
