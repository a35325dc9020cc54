'use client';
import { useState } from 'react';
import { type RecordPlace, recordComparisonQuery } from '#lib/client/compare-record.ts';
import { useView } from '#lib/client/view.ts';
import type { DifferencesView, RecordComparison } from '#lib/contract/compare-record.ts';
import { Age } from '../ui/age.tsx';
import { Button } from '../ui/button.tsx';
import { plural } from '../ui/format.ts';
import { LiveView } from '../ui/live-view.tsx';
import { Coordinate, Unknown } from '../ui/quantity.tsx';
import { Section } from '../ui/section.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { visibleText } from './visible-text.ts';

const Cell = ({ text }: { text: string | null }) =>
  text === null ? (
    <Unknown word="not there" why="this record has none" />
  ) : (
    <code className="[overflow-wrap:anywhere]">{visibleText(text)}</code>
  );

/** What is not the same in both, and how much is. */
function Differing({ what, of }: { what: string; of: DifferencesView }) {
  const rest = [
    `${plural(of.same, 'is', 'are')} the same`,
    ...(of.masked > 0 ? [`${plural(of.masked, 'is', 'are')} masked and not compared`] : []),
    ...(of.more ? ['there is more than is listed'] : []),
  ].join(', ');
  return (
    <div className="flex flex-col gap-1">
      {of.differing.length === 0 ? null : (
        <table className="w-full table-fixed text-xs" aria-label={`${what} that differ`}>
          <thead>
            <tr className="text-left text-faint">
              {[what, 'This dead letter', 'The other'].map((name) => (
                <th key={name} scope="col" className="pr-3 font-medium">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {of.differing.map(({ name, failing, other }) => (
              <tr key={name} className="border-t border-line align-top">
                <th scope="row" className="py-0.5 pr-3 text-left font-normal">
                  <code className="[overflow-wrap:anywhere]">{visibleText(name)}</code>
                </th>
                <td className="pr-3">
                  <Cell text={failing} />
                </td>
                <td>
                  <Cell text={other} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className="text-xs text-muted">
        {what}: {of.differing.length === 0 ? 'none differ; ' : ''}
        {rest}.
      </p>
    </div>
  );
}

function Comparison({ comparison }: { comparison: RecordComparison }) {
  const { detail, other, headers, fields } = comparison;
  return (
    <div className="flex flex-col gap-3 px-2 py-2">
      <p className="text-muted">
        {other ? (
          <>
            <Coordinate topic={other.topic} partition={other.partition} offset={other.offset} />
            {other.at === null ? null : (
              <>
                , written <Age at={other.at} />
              </>
            )}
            {other.sameKey === null ? '' : other.sameKey ? ', of the same key' : ', of another key'}
            {'. '}
          </>
        ) : null}
        {detail}
      </p>
      {fields ? <Differing what="JSON fields" of={fields} /> : null}
      {other && !fields ? (
        <p className="text-muted">Their values are not both JSON that is shown whole, and not compared.</p>
      ) : null}
      {headers ? <Differing what="Headers" of={headers} /> : null}
    </div>
  );
}

function Read({ place }: { place: RecordPlace }) {
  const view = useView(recordComparisonQuery(place));
  return (
    <LiveView
      view={view}
      what="the other record"
      skeleton={<SkeletonRows what="the other record" rows={4} />}
    >
      {(comparison) => <Comparison comparison={comparison} />}
    </LiveView>
  );
}

/** This dead letter beside a record next to its source that the group has gone past: read when asked for, since it is another payload. */
export function Beside({ place, disabledReason }: { place: RecordPlace; disabledReason: string | null }) {
  const [asked, setAsked] = useState(false);
  return (
    <Section title="Beside one that was consumed">
      {asked ? (
        <Read place={place} />
      ) : (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1 px-2 py-2 text-muted">
          <Button size="sm" disabledReason={disabledReason} onClick={() => setAsked(true)}>
            Compare
          </Button>
          <span>
            Reads the nearest record of its source that has no dead letter; it goes into the audit log.
          </span>
        </div>
      )}
    </Section>
  );
}
