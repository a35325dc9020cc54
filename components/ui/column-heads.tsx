'use client';
import { type ReactNode, useId, useRef } from 'react';
import { ColumnLine } from './column-line.tsx';
import type { Column } from './table-row.tsx';
import { type ColumnWidths, useColumnWidths } from './use-column-widths.ts';

export type Sort = { by: string; order: 'asc' | 'desc' };

const from = {
  sm: 'hidden sm:table-cell',
  md: 'hidden md:table-cell',
  lg: 'hidden lg:table-cell',
  xl: 'hidden xl:table-cell',
};

type HeadProps<Item> = {
  column: Column<Item>;
  sort: Sort | undefined;
  onSort: ((sort: Sort) => void) | undefined;
};

function Head<Item>({
  column,
  sort,
  onSort,
  widths,
  nameOf,
}: HeadProps<Item> & { widths: ColumnWidths; nameOf: (id: string) => string }) {
  const labelId = useId();
  const { ids, shares, isSet } = widths.seen;
  const at = ids.indexOf(column.id);
  const left = ids[at - 1];
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
      data-column={column.id}
      aria-labelledby={labelId}
      aria-sort={
        column.sort === undefined
          ? undefined
          : on
            ? sort.order === 'asc'
              ? 'ascending'
              : 'descending'
            : 'none'
      }
      style={isSet && at >= 0 ? { width: `${(shares[column.id] ?? 0) * 100}%` } : undefined}
      className={`sticky top-(--shell) z-20 h-7 border-b border-line-strong bg-ground px-2 text-2xs font-medium whitespace-nowrap text-faint ${column.align === 'right' ? 'text-right' : 'text-left'} ${column.from ? from[column.from] : ''} ${column.className ?? ''}`}
    >
      <span id={labelId} className="block overflow-hidden text-ellipsis">
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
      </span>
      {left === undefined ? null : (
        <ColumnLine name={nameOf(left)} left={left} right={column.id} widths={widths} isTabStop={at === 1} />
      )}
    </th>
  );
}

/** The headers of a table: what sorts it, and the lines between columns, which can be moved. */
export function ColumnHeads<Item>({
  table,
  columns,
  leading,
  ...sorting
}: Omit<HeadProps<Item>, 'column'> & {
  /** The table's name, under which the browser keeps its widths. */
  table: string;
  columns: readonly Column<Item>[];
  /** Before the first column. */
  leading: ReactNode;
}) {
  const row = useRef<HTMLTableRowElement>(null);
  const widths = useColumnWidths(table, row);
  const nameOf = (id: string) => {
    const header = columns.find((column) => column.id === id)?.header;
    return typeof header === 'string' ? header : id;
  };
  return (
    <tr ref={row}>
      {leading}
      {columns.map((column) => (
        <Head key={column.id} column={column} widths={widths} nameOf={nameOf} {...sorting} />
      ))}
    </tr>
  );
}
