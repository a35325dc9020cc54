'use client';
import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import { flowMapQuery } from '#lib/client/flow-map.ts';
import { flowsQuery } from '#lib/client/flows.ts';
import { paths } from '#lib/client/paths.ts';
import { lastRead, useView } from '#lib/client/view.ts';
import type { FlowMapView } from '#lib/contract/flow-map.ts';
import { mapParts } from '#lib/domain/flows/map/drawn-parts.ts';
import { AsOf } from '../../ui/age.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyFiltered, EmptyNothing } from '../../ui/empty.tsx';
import { FilterInput, Select } from '../../ui/field.tsx';
import { plural } from '../../ui/format.ts';
import { Link } from '../../ui/link.tsx';
import { LiveView } from '../../ui/live-view.tsx';
import { PageHeader, Section } from '../../ui/section.tsx';
import { MapLegend } from './map-legend.tsx';
import { mapModel } from './map-model.ts';
import { MapScroller } from './map-scroller.tsx';
import { MapTable } from './map-table.tsx';

/** Beyond so many flows nobody finds anything in a picture: the table leads. */
const pictureLeadsMost = 50;

const filters = {
  flow: parseAsString,
  q: parseAsString.withOptions({ throttleMs: 300 }),
  parts: parseAsStringLiteral(mapParts),
  /** On a narrow screen the picture is there when it is asked for. */
  picture: parseAsBoolean,
};
type Url = ReturnType<typeof useUrl>;
const useUrl = () => useQueryStates(filters, { history: 'replace' });

function Filters({ url: [{ flow, q, parts }, set], map }: { url: Url; map: FlowMapView | null }) {
  const flows = lastRead(useView(flowsQuery()))?.items ?? [];
  return (
    <div className="flex flex-wrap items-end gap-2 pb-2">
      <FilterInput
        label="Filter flows"
        placeholder="Flow, topic, group or team"
        className="w-full sm:w-64"
        value={q ?? ''}
        onChange={(text) => void set({ q: text || null })}
      />
      <Select
        label="Flow"
        labelHidden
        value={flow ?? ''}
        onChange={(event) => void set({ flow: event.target.value || null })}
        options={[
          { value: '', label: 'All flows' },
          ...flows.map(({ name }) => ({ value: name, label: name })),
        ]}
      />
      <Select
        label="Parts"
        labelHidden
        value={parts ?? ''}
        onChange={(event) =>
          void set({ parts: mapParts.find((each) => each === event.target.value) ?? null })
        }
        options={[
          {
            value: '',
            label: map?.picture.parts === 'folded' && parts === null ? 'Folded (many flows)' : 'Parts as fit',
          },
          { value: 'all', label: 'All parts' },
          { value: 'folded', label: 'Topics and groups' },
        ]}
      />
    </div>
  );
}

function FlowMap({ map, url: [{ picture }, set] }: { map: FlowMapView; url: Url }) {
  const model = mapModel(map);
  const drawn = (
    <Section key="picture" title="Picture" className={picture ? '' : 'hidden md:block'}>
      <MapScroller model={model} />
      <MapLegend model={model} />
    </Section>
  );
  const listed = (
    <Section
      key="table"
      title="As a table"
      count={plural(map.edges.length, 'edge')}
      aside={
        <Button size="sm" className="md:hidden" onClick={() => void set({ picture: picture ? null : true })}>
          {picture ? 'Hide the picture' : 'Show the picture'}
        </Button>
      }
    >
      <MapTable model={model} />
    </Section>
  );
  const tableLeads = map.shown > pictureLeadsMost;
  return <div className="flex flex-col gap-6">{tableLeads ? [listed, drawn] : [drawn, listed]}</div>;
}

function MapPage() {
  const url = useUrl();
  const [{ flow, q, parts }, set] = url;
  const view = useView(flowMapQuery({ flow, q, parts }));
  const map = lastRead(view);
  return (
    <>
      <PageHeader
        crumbs={
          <Link href={paths.flows()} className="link">
            Flows
          </Link>
        }
        title="Flow map"
        lead={
          map === null ? null : (
            <>
              {map.shown === map.flows
                ? `${plural(map.flows, 'flow')} as declared`
                : `${map.shown} of ${plural(map.flows, 'flow')}`}
              , with what was last measured on every edge. <AsOf at={map.asOf} label="read" />
            </>
          )
        }
      />
      <Filters url={url} map={map} />
      <LiveView view={view} what="flows">
        {(read) =>
          read.flows === 0 ? (
            <EmptyNothing title="No flow is declared">
              A flow names a topic, its consumer groups, its retry, dead-letter and quarantine topics, and its
              boundary. Declare it in the configuration file (<code>SLUICE_CONFIG</code>).
            </EmptyNothing>
          ) : read.shown === 0 ? (
            <EmptyFiltered what="flows" total={read.flows} clear={() => void set({ q: null, flow: null })} />
          ) : (
            <FlowMap map={read} url={url} />
          )
        }
      </LiveView>
    </>
  );
}

/** The declared flows as one picture, live; the same as a table, which leads where there is no room or too much. */
export const FlowMapPage = () => (
  <NuqsAdapter>
    <MapPage />
  </NuqsAdapter>
);
