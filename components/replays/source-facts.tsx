'use client';
import { useQuery } from '@tanstack/react-query';
import { failureGroupsQuery } from '#lib/client/dead-letters.ts';
import type { DraftBody } from '#lib/contract/replays.ts';
import { Arriving } from '../dead-letters/failure-list.tsx';
import { plural } from '../ui/format.ts';
import { Section } from '../ui/section.tsx';
import { verdictSigns } from '../ui/signs.ts';
import { StatusSign } from '../ui/status-sign.tsx';
import { selectionText } from './selection-text.ts';

/** What would be sent, before anything is frozen. */
export function SourceFacts({ cluster, source }: { cluster: string; source: DraftBody['source'] }) {
  const { selection } = source;
  const fingerprint = 'fingerprint' in selection ? selection.fingerprint : null;
  const groups = useQuery({ ...failureGroupsQuery(cluster, source.topic), enabled: fingerprint !== null });
  const group = groups.data?.items.find((each) => each.fingerprint === fingerprint);
  return (
    <Section title="What">
      <div className="flex flex-col gap-1 px-2 py-2">
        <p className="font-medium [overflow-wrap:anywhere]">{group?.title ?? selectionText(selection)}</p>
        {group ? (
          <>
            <p className="flex flex-wrap items-baseline gap-x-2">
              <StatusSign sign={verdictSigns[group.verdict]} />
              <span className="text-muted">{verdictSigns[group.verdict].help}</span>
            </p>
            <p>
              {plural(group.open, 'record')} open
              {group.keys === null ? '' : `, ${plural(group.keys, 'key')}`}; <Arriving group={group} />.
            </p>
          </>
        ) : null}
        <p className="text-muted [overflow-wrap:anywhere]">
          {group ? `${selectionText(selection)} ` : ''}of {source.topic} on {cluster}. The exact records are
          frozen when it is planned, oldest first up to the bound.
        </p>
      </div>
    </Section>
  );
}
