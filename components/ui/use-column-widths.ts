import { type RefObject, useLayoutEffect, useState } from 'react';
import { keepWidths, keptWidths } from '#lib/client/column-widths.ts';
import { readShares, type Shares } from './column-shares.ts';

/** The columns that are shown at this width of the window, and how much of the table each has. */
export type Seen = {
  ids: readonly string[];
  shares: Shares;
  /** A person set them; otherwise the browser makes them as wide as their content asks for. */
  isSet: boolean;
};

export type ColumnWidths = {
  seen: Seen;
  /** As they are drawn now, with the width of the table in pixels. */
  measure: () => Seen & { tableWidth: number };
  /** Draws them so; `keep` makes it last. */
  show: (ids: readonly string[], shares: Shares, keep: boolean) => void;
  /** Lets the browser make them again. */
  reset: () => void;
};

/** The headers as they stand on the page now. */
function drawn(row: HTMLTableRowElement | null): Pick<Seen, 'ids' | 'shares'> & { tableWidth: number } {
  const heads = [...(row?.querySelectorAll<HTMLElement>('th[data-column]') ?? [])].filter(
    (head) => head.getClientRects().length > 0,
  );
  const tableWidth = row?.getBoundingClientRect().width || 1;
  const ids = heads.map((head) => head.dataset.column ?? '');
  const widths = heads.map((head) => head.getBoundingClientRect().width / tableWidth);
  return { ids, tableWidth, shares: Object.fromEntries(ids.map((id, at) => [id, widths[at] ?? 0])) };
}

/** The widths of a table's columns: set by a person and kept by this browser, or else the browser's. @param row of the headers, each with its id in `data-column` */
export function useColumnWidths(table: string, row: RefObject<HTMLTableRowElement | null>): ColumnWidths {
  const [seen, setSeen] = useState<Seen>({ ids: [], shares: {}, isSet: false });

  useLayoutEffect(() => {
    const look = () => {
      const { ids, shares } = drawn(row.current);
      const kept = readShares(keptWidths(table, ids), ids);
      setSeen({ ids, shares: kept ?? shares, isSet: kept !== null });
    };
    look();
    window.addEventListener('resize', look);
    return () => window.removeEventListener('resize', look);
  }, [table, row]);

  // The rows follow the headers: the table is told once for all of them.
  useLayoutEffect(() => {
    const element = row.current?.closest('table');
    if (!element) return;
    element.style.tableLayout = seen.isSet ? 'fixed' : '';
    element.toggleAttribute('data-resized', seen.isSet);
  }, [row, seen.isSet]);

  return {
    seen,
    measure: () => ({ ...drawn(row.current), isSet: seen.isSet }),
    show(ids, shares, keep) {
      setSeen({ ids, shares, isSet: true });
      if (keep) keepWidths(table, ids, shares);
    },
    reset() {
      keepWidths(table, seen.ids, null);
      setSeen({ ...seen, isSet: false });
    },
  };
}
