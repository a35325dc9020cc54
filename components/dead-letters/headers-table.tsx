import type { DeadLetterRecord } from '#lib/contract/dead-letters.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { formatBytes, plural } from '../ui/format.ts';
import { Section } from '../ui/section.tsx';
import { placed } from './placed.ts';
import { visibleText } from './visible-text.ts';

type Header = DeadLetterRecord['headers'][number];

function Value({ header }: { header: Header }) {
  if (header.masked) return <span className="text-muted">masked</span>;
  if (header.type === 'null') return <span className="text-faint">null</span>;
  if (header.decoded === null)
    return (
      <code className="[overflow-wrap:anywhere]">
        {header.base64 === null ? 'not shown' : header.base64 === '' ? 'empty' : header.base64}
      </code>
    );
  return (
    <code className="line-clamp-4 whitespace-pre-wrap [overflow-wrap:anywhere]">
      {header.decoded === '' ? 'empty' : visibleText(header.decoded)}
      {header.truncated ? ' …' : ''}
    </code>
  );
}

const head = 'h-7 border-b border-line-strong px-2 text-left text-2xs font-medium text-faint';
const cell = 'border-b border-line px-2 py-1 align-baseline';

/** All headers in the order in which they stand in the record; a name may be there twice. */
export function HeadersTable({
  title = 'Headers',
  headers,
  omitted,
}: {
  title?: string;
  headers: readonly Header[];
  omitted: number;
}) {
  return (
    <Section title={title} count={headers.length} aside="in the record’s order">
      {headers.length === 0 ? (
        <p className="px-2 py-2 text-muted">The record has none.</p>
      ) : (
        <table aria-label={title} className="w-full table-fixed border-separate border-spacing-0">
          <thead>
            <tr>
              <th scope="col" className={`${head} w-2/5`}>
                Name
              </th>
              <th scope="col" className={head}>
                Value
              </th>
              <th scope="col" className={`${head} hidden w-28 sm:table-cell`}>
                Type
              </th>
              <th scope="col" className={`${head} hidden w-40 md:table-cell`}>
                Named by
              </th>
            </tr>
          </thead>
          <tbody>
            {placed(headers).map(({ place, item: header }) => (
              <tr key={place} className="hover:bg-hover">
                <td className={`${cell} font-mono text-xs text-muted [overflow-wrap:anywhere]`}>
                  {visibleText(header.name)}
                </td>
                <td className={cell}>
                  <Value header={header} />
                </td>
                <td className={`${cell} hidden text-xs text-muted sm:table-cell`}>
                  {header.type ?? (header.base64 === null ? '' : 'bytes, base64')}
                  {header.truncated && header.bytes !== null
                    ? `, beginning of ${formatBytes(header.bytes)}`
                    : ''}
                  {header.base64 === null ? null : (
                    <CopyButton text={header.base64} label={`${header.name} as base64`} />
                  )}
                </td>
                <td className={`${cell} hidden text-xs text-muted [overflow-wrap:anywhere] md:table-cell`}>
                  {header.rule ?? ''}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {omitted > 0 ? (
        <p className="px-2 py-2 text-warn">{plural(omitted, 'more header')} of this record are not shown.</p>
      ) : null}
    </Section>
  );
}
