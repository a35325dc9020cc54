import type { IncidentDetail, IncidentLineView } from '#lib/contract/incidents.ts';
import { atTime } from '#lib/domain/incidents/about.ts';
import { Age } from '../ui/age.tsx';
import { plural } from '../ui/format.ts';
import { Link } from '../ui/link.tsx';
import { Section } from '../ui/section.tsx';
import { Sign } from '../ui/sign.tsx';
import { lineSigns } from './signs.ts';

function Line({ line, span }: { line: IncidentLineView; span: IncidentDetail['span'] }) {
  const sign = lineSigns[line.kind];
  const text = (
    <>
      {line.actor === null ? null : <strong className="font-semibold">{line.actor} </strong>}
      {line.what}
    </>
  );
  return (
    <li className="flex items-baseline gap-2 border-b border-line px-2 py-1.5">
      <Sign shape={sign.shape} tone={sign.tone} className="translate-y-1" />
      <span className="hidden w-24 shrink-0 text-muted sm:inline">{sign.word}</span>
      <span className="min-w-0 flex-1 whitespace-pre-line [overflow-wrap:anywhere]">
        {line.href === null ? (
          text
        ) : (
          <Link href={atTime(line.href, span)} className="link">
            {text}
          </Link>
        )}
        {line.count > 1 ? ` (${plural(line.count, 'time')})` : ''}
        {line.detail === null || line.detail === '' ? null : (
          <span className="text-muted"> · {line.detail}</span>
        )}
      </span>
      <span className="text-right text-xs text-muted">
        <Age at={line.at} />
        {line.until === null ? null : (
          <span className="block">
            last <Age at={line.until} />
          </span>
        )}
      </span>
    </li>
  );
}

/** What happened, what was decided, what was noted: newest first, since that is what somebody comes for. */
export function IncidentTimeline({ incident }: { incident: IncidentDetail }) {
  const { timeline, timelineLeftOut, span } = incident;
  return (
    <Section title="Timeline" count={plural(timeline.length, 'line')} aside="newest first">
      {timelineLeftOut > 0 ? (
        <p className="px-2 py-2 text-warn">
          {plural(timelineLeftOut, 'newer line')} are left out. Narrow the time.
        </p>
      ) : null}
      <ol aria-label="Timeline, newest first">
        {timeline.toReversed().map((line) => (
          <Line key={line.id} line={line} span={span} />
        ))}
      </ol>
    </Section>
  );
}
