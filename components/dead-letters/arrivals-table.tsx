'use client';
import { useState } from 'react';
import { formatClock, formatCount } from '../ui/format.ts';
import { foldEmpty } from './brush-range.ts';
import type { Bin } from './histogram-bins.ts';
import { ScrollBox } from './scroll-box.tsx';

/** The histogram in numbers, newest first, for who can't see it or wants to copy it. Bins without arrivals that stand together are one row. */
export function ArrivalsTable({ bins, known }: { bins: readonly Bin[]; known: boolean }) {
  const [open, setOpen] = useState(false);
  const now = new Date(bins.at(-1)?.to ?? 0);
  const nothing = known ? 'none' : 'none that is indexed';
  return (
    <details
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
      className="text-xs text-muted"
    >
      <summary className="w-fit">Arrivals as a table</summary>
      {open ? (
        <>
          <ScrollBox label="Arrivals as a table" className="max-h-56 w-fit overflow-y-auto py-1">
            <table>
              <thead>
                <tr className="text-left text-faint">
                  {['From', 'Until'].map((name) => (
                    <th key={name} scope="col" className="pr-6 font-medium">
                      {name}
                    </th>
                  ))}
                  <th scope="col" className="text-right font-medium">
                    {known ? 'Arrivals' : 'Arrivals, at least'}
                  </th>
                </tr>
              </thead>
              <tbody className="tabular-nums">
                {foldEmpty(bins).map((bin) => (
                  <tr key={bin.from}>
                    <td className="pr-6">{formatClock(new Date(bin.from), now)}</td>
                    <td className="pr-6">{formatClock(new Date(bin.to), now)}</td>
                    <td className="text-right">{bin.count === 0 ? nothing : formatCount(bin.count)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollBox>
          <p>Counted is what stands in the log; what retention has taken is not.</p>
        </>
      ) : null}
    </details>
  );
}
