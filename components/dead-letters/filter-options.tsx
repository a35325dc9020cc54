'use client';
import { useEffect, useRef } from 'react';
import type { Completion } from '#lib/domain/dead-letters/filter/completion.ts';
import { visibleText } from './visible-text.ts';

export const optionId = (list: string, index: number) => `${list}-${index}`;

function Option({
  id,
  item,
  active,
  onPoint,
  onTake,
}: {
  id: string;
  item: Completion;
  active: boolean;
  onPoint: () => void;
  onTake: () => void;
}) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (active) ref.current?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field, whose keys choose (ARIA combobox).
    <div
      ref={ref}
      id={id}
      role="option"
      aria-selected={active}
      onPointerMove={onPoint}
      // Before the field loses the focus to the click, which would close the list.
      onPointerDown={(event) => {
        event.preventDefault();
        onTake();
      }}
      className={`flex min-h-7 cursor-pointer flex-wrap items-center justify-between gap-x-3 rounded-md px-2 pointer-coarse:min-h-10 ${active ? 'bg-selected' : ''}`}
    >
      <code className="[overflow-wrap:anywhere]">{visibleText(item.text)}</code>
      <span className="text-xs text-muted">{item.about}</span>
    </div>
  );
}

/** What can come next, under the field. */
export function FilterOptions({
  id,
  items,
  active,
  onPoint,
  onTake,
}: {
  id: string;
  items: readonly Completion[];
  active: number;
  onPoint: (index: number) => void;
  onTake: (item: Completion) => void;
}) {
  return (
    <div
      id={id}
      role="listbox"
      aria-label="What can come next"
      className="absolute inset-x-0 top-full z-30 mt-1 max-h-64 overflow-y-auto rounded-md border border-line-strong bg-raised p-1 shadow-[0_4px_16px_var(--shadow)] sm:right-auto sm:min-w-96"
    >
      {items.map((item, index) => (
        <Option
          key={`${item.kind} ${item.text}`}
          id={optionId(id, index)}
          item={item}
          active={index === active}
          onPoint={() => onPoint(index)}
          onTake={() => onTake(item)}
        />
      ))}
    </div>
  );
}
