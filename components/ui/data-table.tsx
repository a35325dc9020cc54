'use client';
import { lazy, type ReactNode, Suspense, useRef } from 'react';
import { type Column, Row, type RowProps } from './table-row.tsx';

export type { Column } from './table-row.tsx';
export type Sort = { by: string; order: 'asc' | 'desc' };

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

const from = {
  sm: 'hidden sm:table-cell',
  md: 'hidden md:table-cell',
  lg: 'hidden lg:table-cell',
  xl: 'hidden xl:table-cell',
};

function Header<Item>({
  column,
  sort,
  onSort,
}: {
  column: Column<Item>;
  sort: Sort | undefined;
  onSort: Props<Item>['onSort'];
}) {
  const on = column.sort !== undefined && sort?.by === column.sort;
  const turn = (): Sort => ({
    by: column.sort ?? column.id,
    order: on
      ? sort.order === 'asc'
        ? 'desc'
        : 'asc'
      : (column.first ?? (column.align === 'right' ? 'desc' : 'asc')),
  });
  return (
    <th
      scope="col"
      title={column.help}
      aria-sort={
        column.sort === undefined
          ? undefined
          : on
            ? sort.order === 'asc'
              ? 'ascending'
              : 'descending'
            : 'none'
      }
      className={`sticky top-(--shell) z-20 h-7 border-b border-line-strong bg-ground px-2 text-2xs font-medium whitespace-nowrap text-faint ${column.align === 'right' ? 'text-right' : 'text-left'} ${column.from ? from[column.from] : ''} ${column.className ?? ''}`}
    >
      {column.sort !== undefined && onSort ? (
        <button
          type="button"
          onClick={() => onSort(turn())}
          className={`inline-flex items-center gap-1 align-middle hover:text-ink ${on ? 'text-ink' : ''} ${column.align === 'right' ? 'flex-row-reverse' : ''}`}
        >
          {column.header}
          <span aria-hidden="true" className="w-2 text-2xs">
            {on ? (sort.order === 'asc' ? '↑' : '↓') : ''}
          </span>
        </button>
      ) : (
        column.header
      )}
    </th>
  );
}

/**
 * A dense table. A row is a link (its primary cell holds the anchor that covers it) or opens a detail below itself; `j` and `k` walk the rows,
 * `x` selects. Rows past 150 are drawn only where they can be seen. A long table can be skipped by keyboard: each row is a tab stop or two.
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
        <tr>
          {row.selection ? (
            <th scope="col" className="sticky top-(--shell) z-20 w-8 border-b border-line-strong bg-ground">
              <SelectAll rows={rows} rowKey={rowKey} selection={row.selection} />
            </th>
          ) : null}
          {columns.map((column) => (
            <Header key={column.id} column={column} sort={sort} onSort={onSort} />
          ))}
        </tr>
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
