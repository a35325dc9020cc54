'use client';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { type ReactNode, useMemo, useState } from 'react';
import type { PayloadView } from '#lib/contract/dead-letters.ts';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { formatBytes, formatCount } from '../ui/format.ts';
import { Sign } from '../ui/sign.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { bytesOfBase64, hexDump } from './hex-dump.ts';
import { readJsonTree } from './json-tree.ts';
import { JsonView } from './json-view.tsx';
import { ScrollBox } from './scroll-box.tsx';
import { visibleText } from './visible-text.ts';

const views = ['tree', 'text', 'hex'] as const;
const hexFirst = 4096;

/** The bytes that are shown: of base64 as they are, of text its UTF-8. */
function bytesOf(payload: PayloadView, data: string): Uint8Array {
  return (payload.encoding === 'base64' ? bytesOfBase64(data) : null) ?? new TextEncoder().encode(data);
}

const Scroll = ({ label, children }: { label: string; children: ReactNode }) => (
  <ScrollBox label={label} className="max-h-120 rounded-md bg-sunken p-3">
    {children}
  </ScrollBox>
);

function Hex({ bytes }: { bytes: Uint8Array }) {
  const [limit, setLimit] = useState(hexFirst);
  return (
    <Scroll label="Bytes in hexadecimal">
      <pre className="text-xs leading-5">
        {hexDump(bytes, limit).map((line) => (
          <span key={line.at} className="block">
            <span className="text-faint">{line.at}</span>
            {'  '}
            {line.hex.padEnd(47)}
            {'  '}
            <span className="text-muted">{line.text}</span>
          </span>
        ))}
      </pre>
      {bytes.length > limit ? (
        <Button size="sm" onClick={() => setLimit(limit * 4)}>
          Show more ({formatBytes(bytes.length - limit)} left)
        </Button>
      ) : null}
    </Scroll>
  );
}

const encodingNames: Readonly<Record<PayloadView['encoding'], string>> = {
  json: 'JSON',
  text: 'text',
  avro: 'Avro',
  protobuf: 'Protobuf',
  'json-schema': 'JSON with a schema',
  base64: 'bytes that no decoder knows',
  null: 'null',
};

/** The schema that the payload names: as far as the registry tells, subject and version first, since people know these. */
function WrittenBy({ payload }: { payload: PayloadView }) {
  const { schema } = payload;
  if (schema === null) return null;
  const { id, guid, name, subject, version } = schema;
  return (
    <span className="[overflow-wrap:anywhere]">
      {name === null ? null : <code>{name}</code>}
      {name === null ? '' : ', '}
      {subject === null ? '' : `${subject} version ${version}, `}
      {id !== null ? `schema id ${id}` : guid !== null ? `schema ${guid}` : 'a schema that was not found'}
    </span>
  );
}

function Undecoded({ payload }: { payload: PayloadView }) {
  return payload.undecoded === null ? null : (
    <p className="flex items-baseline gap-2 pb-2 text-muted">
      <Sign shape="ring" tone="warn" className="translate-y-0.5" />
      <span className="min-w-0 [overflow-wrap:anywhere]">
        <span className="font-medium text-ink">Not decoded.</span> {payload.undecoded}
      </span>
    </p>
  );
}

function Notes({ payload, exact }: { payload: PayloadView; exact: boolean }) {
  const notes = [
    ...(payload.masked.length > 0 ? [`Masked: ${payload.masked.join(', ')}.`] : []),
    ...(payload.truncated
      ? [`Cut: only the beginning of ${formatCount(payload.bytes)} bytes is shown.`]
      : []),
    ...(payload.note === null ? [] : [payload.note]),
    ...(exact ? [] : ['Hex shows the decoded text, which is not byte for byte the record.']),
  ];
  return notes.length === 0 ? null : (
    <p className="flex items-center gap-2 pb-2 text-muted">
      <Sign shape="info" tone="warn" />
      {notes.join(' ')}
    </p>
  );
}

/** A value or key: as a tree, as its text, as its bytes. Hostile until proven otherwise: only text nodes, nothing hidden. */
export function Payload({ payload, name }: { payload: PayloadView; name: string }) {
  const [wanted, setView] = useQueryState('view', parseAsStringLiteral(views));
  const { data, encoding } = payload;
  const tree = useMemo(
    () => (data === null || encoding === 'base64' || encoding === 'text' ? null : readJsonTree(data)),
    [data, encoding],
  );
  if (encoding === 'null')
    return (
      <p className="py-2 text-muted">
        Null: {name === 'value' ? 'a tombstone, no value at all' : `no ${name}`}.
      </p>
    );
  if (data === null)
    return (
      <div className="py-2 text-muted">
        <p>
          {payload.masked.length > 0
            ? 'Masked by the flow’s declaration.'
            : 'Not shown, and no reason was given.'}
        </p>
        <Undecoded payload={payload} />
      </div>
    );
  const bytes = bytesOf(payload, data);
  const asWritten = encoding === 'json' || encoding === 'text';
  const exact =
    asWritten && bytes.length === payload.bytes && payload.masked.length === 0 && !payload.truncated;
  const view = wanted ?? (tree ? 'tree' : encoding === 'base64' ? 'hex' : 'text');
  return (
    <div className="pt-1">
      <p className="flex flex-wrap items-center gap-x-3 pb-1 text-xs text-muted">
        <span>{encodingNames[encoding]}</span>
        <span>{formatBytes(payload.bytes)}</span>
        <WrittenBy payload={payload} />
        {payload.sha256 === null ? null : (
          <span className="whitespace-nowrap">
            SHA-256 <code>{payload.sha256.slice(0, 8)}…</code>
            <CopyButton text={payload.sha256} label={`SHA-256 of the ${name}`} />
          </span>
        )}
        <CopyButton text={data} label={`${encoding === 'base64' ? 'base64' : 'text'} of the ${name}`}>
          Copy {encoding === 'base64' ? 'base64' : 'text'}
        </CopyButton>
      </p>
      <Undecoded payload={payload} />
      <Notes payload={payload} exact={exact || encoding === 'base64' || view !== 'hex'} />
      <Tabs
        label={`Views of the ${name}`}
        value={view}
        onChange={(next) => void setView(next)}
        tabs={[
          ...(tree
            ? [
                {
                  name: 'tree' as const,
                  label: 'Tree',
                  panel: (
                    <Scroll label={`The ${name} as a tree`}>
                      <JsonView tree={tree} />
                    </Scroll>
                  ),
                },
              ]
            : []),
          {
            name: 'text' as const,
            label: encoding === 'base64' ? 'Base64' : 'Text',
            panel: (
              <Scroll label={`The ${name} as text`}>
                <pre className="text-xs leading-5 whitespace-pre-wrap [overflow-wrap:anywhere]">
                  {visibleText(data)}
                </pre>
              </Scroll>
            ),
          },
          { name: 'hex' as const, label: 'Hex', panel: <Hex bytes={bytes} /> },
        ]}
      />
    </div>
  );
}
