'use client';
import { useRouter } from 'next/navigation';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { ComboboxOption } from '../ui/combobox-option.tsx';
import { type Entry, useEntries } from './palette-entries.tsx';
import { paletteMatches } from './palette-score.ts';

const mostInGroup = 8;

/** ⌘K: type a part of any name, choose by arrows, go by Enter. A combobox by the ARIA pattern. */
export function Palette({ onClose }: { onClose: () => void }) {
  const router = useRouter();
  const dialog = useRef<HTMLDialogElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const base = useId();
  const [typed, setTyped] = useState('');
  const [activeKey, setActiveKey] = useState<string | null>(null);
  const groups = paletteMatches(useEntries(), typed, mostInGroup);
  const entries = groups.flatMap((group) => group.entries);
  const active = entries.find((entry) => entry.key === activeKey) ?? entries[0];
  const optionId = (entry: Entry) => `${base}-${encodeURIComponent(entry.key)}`;

  useEffect(() => {
    dialog.current?.showModal();
    field.current?.focus();
  }, []);
  const go = (entry: Entry) => {
    onClose();
    router.push(entry.href);
  };
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && active) {
      event.preventDefault();
      const next = (entries.indexOf(active) + step + entries.length) % entries.length;
      setActiveKey(entries[next]?.key ?? null);
    } else if (event.key === 'Enter' && active) {
      event.preventDefault();
      go(active);
    }
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the keyboard's way out; this is the click beside it.
    <dialog
      ref={dialog}
      aria-label="Find or do"
      onCancel={onClose}
      onClick={(event) => event.target === event.currentTarget && onClose()}
      className="mx-auto mt-[12vh] w-[calc(100vw-2rem)] max-w-xl rounded-lg border border-line-strong bg-raised p-0 text-ink shadow-[0_12px_40px_var(--shadow)]"
    >
      <input
        ref={field}
        role="combobox"
        aria-label="Find a group, topic, replay, flow or page"
        aria-expanded="true"
        aria-controls={`${base}-list`}
        aria-activedescendant={active ? optionId(active) : undefined}
        aria-autocomplete="list"
        autoComplete="off"
        spellCheck={false}
        value={typed}
        placeholder="Group, topic, replay, flow or page"
        onChange={(event) => {
          setTyped(event.target.value);
          setActiveKey(null);
        }}
        onKeyDown={onKey}
        className="h-11 w-full border-b border-line bg-transparent px-4 text-base outline-none placeholder:text-faint"
      />
      <div
        id={`${base}-list`}
        role="listbox"
        aria-label="Results"
        className="max-h-[50vh] overflow-y-auto p-1.5"
      >
        {groups.map((group) => (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset has no place in a listbox.
          <div key={group.heading} role="group" aria-label={group.heading} className="py-1">
            <p aria-hidden="true" className="label px-2 py-1">
              {group.heading}
            </p>
            {group.entries.map((entry) => (
              <ComboboxOption
                key={entry.key}
                id={optionId(entry)}
                active={entry === active}
                onPointerMove={() => setActiveKey(entry.key)}
                onClick={() => go(entry)}
                className="h-8 pointer-coarse:h-10"
              >
                <span className="truncate">{entry.text}</span>
                <span className="shrink-0 text-xs text-muted">{entry.aside}</span>
              </ComboboxOption>
            ))}
          </div>
        ))}
      </div>
      <p role="status" className={entries.length === 0 ? 'px-4 pb-4 text-muted' : 'sr-only'}>
        {entries.length === 0 ? 'Nothing is called that.' : `${entries.length} results`}
      </p>
    </dialog>
  );
}
