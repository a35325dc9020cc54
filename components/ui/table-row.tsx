'use client';
import { type MouseEvent, type ReactNode, useId, useState } from 'react';
import { Link } from './link.tsx';
import { Sign } from './sign.tsx';

export type Column<Item> = {
  id: string;
  header: ReactNode;
  /** What the number is and where it comes from. */
  help?: string;
  cell: (row: Item) => ReactNode;
  align?: 'right';
  /** The screen width from which on the column is shown. */
  from?: 'sm' | 'md' | 'lg' | 'xl';
  /** The name that `onSort` gives; absent: not sortable. */
  sort?: string;
  /** The order of the first click; numbers start with the largest. */
  first?: 'asc' | 'desc';
  /** Its cell holds the row's link. */
  primary?: boolean;
  className?: string;
};

export type Selection = {
  selected: ReadonlySet<string>;
  onChange: (selected: ReadonlySet<string>) => void;
  /** What a row is called, for its checkbox. */
  rowLabel: (key: string) => string;
};

export type RowProps<Item> = {
  row: Item;
  index: number;
  columns: readonly Column<Item>[];
  rowKey: (row: Item) => string;
  rowHref?: ((row: Item) => string) | undefined;
  /** Marks the row whose content stands beside the table. */
  isCurrent?: ((row: Item) => boolean) | undefined;
  /** Opens below the row, in place of a link. */
  detail?: ((row: Item) => ReactNode) | undefined;
  selection?: Selection | undefined;
};

const from = {
  sm: 'hidden sm:table-cell',
  md: 'hidden md:table-cell',
  lg: 'hidden lg:table-cell',
  xl: 'hidden xl:table-cell',
};

export function Row<Item>({
  row,
  index,
  columns,
  rowKey,
  rowHref,
  isCurrent,
  detail,
  selection,
}: RowProps<Item>) {
  const [open, setOpen] = useState(false);
  const detailId = useId();
  const current = isCurrent?.(row) ?? false;
  const key = rowKey(row);
  const primary = (column: Column<Item>) => {
    const content = column.cell(row);
    if (rowHref)
      return (
        <Link
          href={rowHref(row)}
          data-row-link=""
          aria-current={current ? 'true' : undefined}
          className="row-link hover:underline"
        >
          {content}
        </Link>
      );
    if (detail)
      return (
        <button
          type="button"
          data-row-link=""
          aria-expanded={open}
          aria-controls={open ? detailId : undefined}
          onClick={() => setOpen(!open)}
          className="row-link inline-flex items-center gap-1.5 text-left"
        >
          <Sign shape="play" tone="idle" className={`size-2 ${open ? 'rotate-90' : ''}`} />
          {content}
        </button>
      );
    return content;
  };
  return (
    <>
      <tr
        aria-rowindex={index + 2}
        data-row={key}
        className={`relative focus-within:bg-hover hover:bg-hover ${current || selection?.selected.has(key) ? 'bg-selected' : ''}`}
      >
        {selection ? (
          <td className="w-8 border-b border-line">
            <SelectBox selection={selection} rowKey={key} />
          </td>
        ) : null}
        {columns.map((column) => (
          <td
            key={column.id}
            className={`h-8 border-b border-line px-2 py-1 align-middle [overflow-wrap:break-word] ${column.align === 'right' ? 'text-right tabular-nums' : ''} ${column.from ? from[column.from] : ''} ${column.className ?? ''}`}
          >
            {column.primary ? primary(column) : column.cell(row)}
          </td>
        ))}
      </tr>
      {open && detail ? (
        <tr id={detailId}>
          <td
            colSpan={columns.length + (selection ? 1 : 0)}
            className="border-b border-line bg-sunken px-4 py-3"
          >
            {detail(row)}
          </td>
        </tr>
      ) : null}
    </>
  );
}

/** Remembers the last box that was clicked, for a range with shift. */
let lastKey: string | null = null;

function SelectBox({ selection, rowKey }: { selection: Selection; rowKey: string }) {
  const pick = (event: MouseEvent<HTMLInputElement>) => {
    const next = new Set(selection.selected);
    const on = !next.has(rowKey);
    const keys = [
      ...(event.currentTarget.closest('tbody')?.querySelectorAll<HTMLElement>('tr[data-row]') ?? []),
    ].map((each) => each.dataset.row ?? '');
    const a = lastKey === null ? -1 : keys.indexOf(lastKey);
    const b = keys.indexOf(rowKey);
    const range =
      event.shiftKey && a >= 0 && b >= 0 ? keys.slice(Math.min(a, b), Math.max(a, b) + 1) : [rowKey];
    for (const key of range) on ? next.add(key) : next.delete(key);
    lastKey = rowKey;
    selection.onChange(next);
  };
  return (
    <label className="relative z-10 flex h-8 items-center justify-center">
      <span className="sr-only">Select {selection.rowLabel(rowKey)}</span>
      <input
        type="checkbox"
        checked={selection.selected.has(rowKey)}
        onClick={pick}
        onChange={() => undefined}
        className="accent-accent"
      />
    </label>
  );
}
