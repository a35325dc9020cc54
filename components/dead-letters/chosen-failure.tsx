import type { TopicPlace } from '#lib/client/dead-letter-acts.ts';
import type { FailureGroup } from '#lib/contract/dead-letters.ts';
import { titleMost } from '#lib/domain/incidents/about.ts';
import { OpenIncidentButton } from '../incidents/open-button.tsx';
import { formatCount } from '../ui/format.ts';
import { Facts } from '../ui/section.tsx';
import { verdictSigns } from '../ui/signs.ts';
import { StatusSign } from '../ui/status-sign.tsx';
import { DistinctCount } from './distinct-count.tsx';
import { FailureMarks } from './failure-marks.tsx';
import { visibleText } from './visible-text.ts';

/** What the chosen failure is, before its records: verdict, class, message, frame. */
export function ChosenFailure({ place, group }: { place: TopicPlace; group: FailureGroup }) {
  const sign = verdictSigns[group.verdict];
  const title = visibleText(group.title);
  return (
    <div className="flex flex-col gap-1 pb-3">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1">
        <h2 className="min-w-0 text-lg font-semibold [overflow-wrap:anywhere]">{title}</h2>
        <OpenIncidentButton
          size="sm"
          title={title.slice(0, titleMost)}
          choices={[
            {
              thing: { kind: 'failure', ...place, fingerprint: group.fingerprint },
              text: `failure group ${title}`,
            },
            { thing: { kind: 'topic', ...place }, text: `all dead letters of ${place.topic}` },
          ]}
        />
      </div>
      <p className="flex flex-wrap items-baseline gap-x-2 text-muted">
        <StatusSign sign={sign} className="font-medium" />
        {sign.help ? <span>{sign.help}</span> : null}
      </p>
      <FailureMarks marks={group} />
      <Facts
        className="pt-1"
        facts={[
          {
            label: 'Exception',
            value: group.exceptionClass ? <code>{group.exceptionClass}</code> : 'none named',
          },
          {
            label: 'Application frame',
            value: group.topFrame ? <code>{group.topFrame}</code> : 'none found',
          },
          {
            label: 'From',
            value: `${group.originTopic ?? 'unknown topic'}${group.group ? ` by ${group.group}` : ''}`,
          },
          { label: 'Keys', value: <DistinctCount value={group.keys} at={group.distinctAt} /> },
          { label: 'Lineages', value: <DistinctCount value={group.lineages} at={group.distinctAt} /> },
          { label: 'Partitions', value: formatCount(group.partitions) },
        ]}
      />
    </div>
  );
}
