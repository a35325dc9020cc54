import { exportHref, type TopicPlace } from '#lib/client/dead-letter-acts.ts';
import type { RecordFilter } from '#lib/client/dead-letters.ts';
import type { ExportFormat } from '#lib/contract/dead-letters.ts';

const formats: readonly (readonly [ExportFormat, name: string])[] = [
  ['ndjson', 'NDJSON'],
  ['csv', 'CSV'],
];

/** What the filter leaves, as a file. The server names it, and its last line says that it is whole. */
export function ExportLinks({ place, filter }: { place: TopicPlace; filter: RecordFilter }) {
  return (
    <p className="flex items-baseline gap-x-3 text-muted sm:ml-auto">
      <span title="All rows that the filter leaves, without payloads. It goes into the audit log.">
        Export
      </span>
      {formats.map(([format, name]) => (
        <a
          key={format}
          href={exportHref(place, filter, format)}
          download=""
          aria-label={`Export as ${name}`}
          className="link"
        >
          {name}
        </a>
      ))}
    </p>
  );
}
