'use client';
import { type HTMLAttributes, useEffect, useRef } from 'react';

/** An option of a combobox (ARIA): the active one is kept in view. How it is taken, and what stands in it, is its list's. */
export function ComboboxOption({
  active,
  className,
  ...rest
}: { id: string; active: boolean } & Omit<HTMLAttributes<HTMLDivElement>, 'role' | 'tabIndex'>) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (active) ref.current?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field, whose keys choose (ARIA combobox).
    <div
      ref={ref}
      role="option"
      aria-selected={active}
      className={`flex cursor-pointer items-center justify-between gap-x-3 rounded-md px-2 ${className} ${active ? 'bg-selected' : ''}`}
      {...rest}
    />
  );
}
