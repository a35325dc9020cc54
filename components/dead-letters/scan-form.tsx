'use client';
import { useState } from 'react';
import type { PayloadSearchInput } from '#lib/contract/payload-scan.ts';
import { type SearchedPart, searchedParts } from '#lib/domain/dead-letters/searched-part.ts';
import { Button } from '../ui/button.tsx';
import { Select, TextField } from '../ui/field.tsx';

const kinds = [
  { value: 'text', label: 'Words' },
  { value: 'json', label: 'JSON value' },
];
const parts: Readonly<Record<SearchedPart, string>> = {
  any: 'in key and value',
  key: 'in the key',
  value: 'in the value',
};
const operations = [
  { value: 'equals', label: 'is' },
  { value: 'contains', label: 'contains' },
] as const;
const wantedMax = 200;

/** What to look for. The words stay in this form: they may be a secret, and an address is kept by browsers and proxies. */
export function ScanForm({
  disabledReason,
  running,
  onSearch,
  onCancel,
}: {
  disabledReason: string | null;
  running: boolean;
  onSearch: (search: PayloadSearchInput) => void;
  onCancel: () => void;
}) {
  const [kind, setKind] = useState<'text' | 'json'>('text');
  const [part, setPart] = useState<SearchedPart>('any');
  const [path, setPath] = useState('/');
  const [op, setOp] = useState<'equals' | 'contains'>('equals');
  const [wanted, setWanted] = useState('');
  const [matchCase, setMatchCase] = useState(false);
  const pathProblem = kind === 'json' && !path.startsWith('/') ? 'A path begins with /' : null;
  const missing =
    pathProblem ?? (wanted === '' && (kind === 'text' || op === 'contains') ? 'Say what to look for.' : null);
  const search = () => {
    const where = { in: part, matchCase };
    onSearch(
      kind === 'text' ? { kind, text: wanted, ...where } : { kind, path, op, value: wanted, ...where },
    );
  };
  return (
    <form
      className="flex flex-wrap items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (!running && disabledReason === null && missing === null) search();
      }}
    >
      <Select
        label="Look for"
        value={kind}
        options={kinds}
        onChange={(event) => setKind(event.target.value === 'json' ? 'json' : 'text')}
      />
      {kind === 'json' ? (
        <>
          <TextField
            label="JSON pointer"
            className="w-44"
            value={path}
            maxLength={500}
            spellCheck={false}
            autoCapitalize="off"
            placeholder="/lines/*/sku"
            error={pathProblem}
            onChange={(event) => setPath(event.target.value)}
          />
          <Select
            label="which"
            value={op}
            options={operations}
            onChange={(event) => setOp(event.target.value === 'contains' ? 'contains' : 'equals')}
          />
        </>
      ) : null}
      <TextField
        label={kind === 'text' ? 'Words, as they are written' : 'this'}
        className="w-full sm:w-56"
        value={wanted}
        maxLength={wantedMax}
        autoComplete="off"
        spellCheck={false}
        autoCapitalize="off"
        onChange={(event) => setWanted(event.target.value)}
      />
      <Select
        label="Where"
        value={part}
        options={searchedParts.map((each) => ({ value: each, label: parts[each] }))}
        onChange={(event) => setPart(searchedParts.find((each) => each === event.target.value) ?? 'any')}
      />
      <label className="flex h-8 items-center gap-1.5 pointer-coarse:h-10">
        <input
          type="checkbox"
          className="accent-accent"
          checked={matchCase}
          onChange={(event) => setMatchCase(event.target.checked)}
        />
        Match case
      </label>
      {running ? (
        // Its own element: one that turned into the other while it is clicked would submit the form.
        <Button key="cancel" onClick={onCancel}>
          Cancel
        </Button>
      ) : (
        <Button key="search" type="submit" look="primary" disabledReason={disabledReason ?? missing}>
          Search payloads
        </Button>
      )}
    </form>
  );
}
