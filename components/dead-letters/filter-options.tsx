'use client';
import type { Completion } from '#lib/domain/dead-letters/filter/completion.ts';
import { ComboboxOption } from '../ui/combobox-option.tsx';
import { visibleText } from './visible-text.ts';

export const optionId = (list: string, index: number) => `${list}-${index}`;

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
        <ComboboxOption
          key={`${item.kind} ${item.text}`}
          id={optionId(id, index)}
          active={index === active}
          onPointerMove={() => onPoint(index)}
          // Before the field loses the focus to the click, which would close the list.
          onPointerDown={(event) => {
            event.preventDefault();
            onTake(item);
          }}
          className="min-h-7 flex-wrap pointer-coarse:min-h-10"
        >
          <code className="[overflow-wrap:anywhere]">{visibleText(item.text)}</code>
          <span className="text-xs text-muted">{item.about}</span>
        </ComboboxOption>
      ))}
    </div>
  );
}
