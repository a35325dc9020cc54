'use client';
import { useState } from 'react';
import { formatClock, formatCount } from '../ui/format.ts';
import type { Bin } from './histogram-bins.ts';
import { ScrollBox } from './scroll-box.tsx';

/** The histogram in numbers, for who can't see it or wants to copy it. Bins without arrivals are left out. */
export function ArrivalsTable({ bins }: { bins: readonly Bin[] }) {
  const [open, setOpen] = useState(false);
  const rows = bins.filter((bin) => bin.count > 0).toReversed();
  const now = new Date(bins.at(-1)?.to ?? 0);
  return (
    <details
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
      className="text-xs text-muted"
    >
      <summary className="w-fit">Arrivals as a table</summary>
      {open ? (
        <ScrollBox label="Arrivals as a table" className="max-h-56 w-fit overflow-y-auto py-1">
          <table>
            <thead>
              <tr className="text-left text-faint">
                <th scope="col" className="pr-6 font-medium">
                  From
                </th>
                <th scope="col" className="text-right font-medium">
                  Arrivals
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((bin) => (
                <tr key={bin.from}>
                  <td className="pr-6">{formatClock(new Date(bin.from), now)}</td>
                  <td className="text-right">{formatCount(bin.count)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollBox>
      ) : null}
    </details>
  );
}
