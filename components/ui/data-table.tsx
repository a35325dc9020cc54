'use client';
import { lazy, type ReactNode, Suspense, useRef } from 'react';
import { ColumnHeads, type Sort } from './column-heads.tsx';
import { Row, type RowProps } from './table-row.tsx';

export type { Sort } from './column-heads.tsx';
export type { Column } from './table-row.tsx';

const VirtualRows = lazy(() =>
  import('./virtual-rows.tsx').then((module) => ({ default: module.VirtualRows })),
);
const virtualFrom = 150;
const skippableFrom = 30;

type Props<Item> = Omit<RowProps<Item>, 'row' | 'index'> & {
  /** The table's accessible name. */
  label: string;
  rows: readonly Item[];
  rowKey: (row: Item) => string;
  sort?: Sort | undefined;
  onSort?: ((sort: Sort) => void) | undefined;
  /** Shown in place of rows. */
  empty?: ReactNode;
};

/**
 * A dense table. A row is a link (its primary cell holds the anchor that covers it) or opens a detail below itself; `j` and `k` walk the rows,
 * `x` selects. Columns can be made wider and narrower, which the browser keeps by `label`. Rows past 150 are drawn only where they can be seen. A long table can be skipped by keyboard: each row is a tab stop or two.
 */
export function DataTable<Item>({ label, rows, rowKey, columns, sort, onSort, empty, ...row }: Props<Item>) {
  const end = useRef<HTMLSpanElement>(null);
  const width = columns.length + (row.selection ? 1 : 0);
  if (rows.length === 0 && empty !== undefined) return <>{empty}</>;
  const virtual = rows.length > virtualFrom && row.detail === undefined;
  const table = (
    <table
      aria-label={label}
      aria-rowcount={virtual ? rows.length + 1 : undefined}
      data-table=""
      className="w-full border-separate border-spacing-0"
    >
      <thead>
        <ColumnHeads
          key={columns.map(({ id }) => id).join(' ')}
          table={label}
          columns={columns}
          sort={sort}
          onSort={onSort}
          leading={
            row.selection ? (
              <th scope="col" className="sticky top-(--shell) z-20 w-8 border-b border-line-strong bg-ground">
                <SelectAll rows={rows} rowKey={rowKey} selection={row.selection} />
              </th>
            ) : null
          }
        />
      </thead>
      <tbody>
        {virtual ? (
          <Suspense fallback={<VirtualFallback width={width} />}>
            <VirtualRows
              count={rows.length}
              width={width}
              render={(index) => {
                const item = rows[index];
                return item === undefined ? null : (
                  <Row
                    key={rowKey(item)}
                    row={item}
                    rowKey={rowKey}
                    index={index}
                    columns={columns}
                    {...row}
                  />
                );
              }}
            />
          </Suspense>
        ) : (
          rows.map((item, index) => (
            <Row key={rowKey(item)} row={item} rowKey={rowKey} index={index} columns={columns} {...row} />
          ))
        )}
      </tbody>
    </table>
  );
  if (rows.length < skippableFrom) return table;
  return (
    <>
      <button
        type="button"
        onClick={() => end.current?.focus()}
        className="pointer-events-none absolute z-30 rounded-md bg-accent px-3 py-1.5 text-accent-ink opacity-0 focus:pointer-events-auto focus:opacity-100"
      >
        Skip {rows.length} rows
      </button>
      {table}
      <span ref={end} tabIndex={-1} className="sr-only">
        End of the rows
      </span>
    </>
  );
}

const VirtualFallback = ({ width }: { width: number }) => (
  <tr>
    <td colSpan={width} className="px-2 py-3 text-faint">
      Drawing rows
    </td>
  </tr>
);

function SelectAll<Item>({
  rows,
  rowKey,
  selection,
}: {
  rows: readonly Item[];
  rowKey: (row: Item) => string;
  selection: NonNullable<RowProps<Item>['selection']>;
}) {
  const all = rows.length > 0 && rows.every((row) => selection.selected.has(rowKey(row)));
  return (
    <label className="flex h-7 items-center justify-center">
      <span className="sr-only">Select all {rows.length} shown</span>
      <input
        type="checkbox"
        checked={all}
        onChange={() => selection.onChange(new Set(all ? [] : rows.map(rowKey)))}
        className="accent-accent"
      />
    </label>
  );
}
