'use client';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';

const rowHeight = 32;

/** Draws only the rows near the window; two spacer rows keep the scrollbar true. */
export function VirtualRows({
  count,
  width,
  render,
}: {
  count: number;
  width: number;
  render: (index: number) => ReactNode;
}) {
  const top = useRef<HTMLTableRowElement>(null);
  const [scrollMargin, setScrollMargin] = useState(0);
  useLayoutEffect(() => {
    const box = top.current?.getBoundingClientRect();
    if (box) setScrollMargin(box.top + window.scrollY);
  }, []);
  const virtualizer = useWindowVirtualizer({
    count,
    estimateSize: () => rowHeight,
    overscan: 24,
    scrollMargin,
  });
  const items = virtualizer.getVirtualItems();
  const before = (items[0]?.start ?? scrollMargin) - scrollMargin;
  const after = virtualizer.getTotalSize() - ((items.at(-1)?.end ?? scrollMargin) - scrollMargin);
  return (
    <>
      {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: a spacer row holds nothing that takes focus. */}
      <tr ref={top} aria-hidden="true">
        <td colSpan={width} style={{ height: Math.max(0, before), padding: 0 }} />
      </tr>
      {items.map((item) => render(item.index))}
      {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: a spacer row holds nothing that takes focus. */}
      <tr aria-hidden="true">
        <td colSpan={width} style={{ height: Math.max(0, after), padding: 0 }} />
      </tr>
    </>
  );
}
