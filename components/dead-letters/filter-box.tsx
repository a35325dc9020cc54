'use client';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { filterValuesQuery } from '#lib/client/dead-letters.ts';
import { completionsAt } from '#lib/domain/dead-letters/filter/complete.ts';
import type { Completion } from '#lib/domain/dead-letters/filter/completion.ts';
import { readFilter } from '#lib/domain/dead-letters/filter/read-filter.ts';
import { Button } from '../ui/button.tsx';
import { FilterHelp } from './filter-help.tsx';
import { FilterOptions, optionId } from './filter-options.tsx';
import { FilterProblemNote } from './filter-problem.tsx';

const none = -1;

/** What can come next at the caret: at once what the language knows, and then what the index holds. */
function useCompletions(cluster: string, topic: string, text: string, caret: number, open: boolean) {
  const local = completionsAt(text, caret);
  const asked = open && local.valuesOf !== null;
  const found = useQuery({ ...filterValuesQuery(cluster, topic, text, caret), enabled: asked });
  const values =
    asked && found.data?.from === local.from ? found.data.items.filter((item) => item.kind === 'value') : [];
  const known = local.items.filter((item) => !values.some((value) => value.text === item.text));
  return { from: local.from, to: local.to, items: [...values, ...known] };
}

/**
 * The filter of a topic's page. It takes effect with Enter, in its normal form; what can't be read does not, and says where and why.
 * Arrows choose from the list, Enter or Tab takes what is chosen, Escape closes the list.
 */
export function FilterBox({
  cluster,
  topic,
  filter,
  onFilter,
}: {
  cluster: string;
  topic: string;
  /** What is in force, by the address. */
  filter: string | null;
  onFilter: (filter: string | null) => void;
}) {
  const base = useId();
  const field = useRef<HTMLInputElement>(null);
  const [inForce, setInForce] = useState(filter);
  const [text, setText] = useState(filter ?? '');
  const [caret, setCaret] = useState(0);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(none);
  const [tried, setTried] = useState(filter);
  const [help, setHelp] = useState(false);
  if (inForce !== filter) {
    setInForce(filter);
    setText(filter ?? '');
    setTried(filter);
  }
  const { from, to, items } = useCompletions(cluster, topic, text, caret, open);
  const listed = open && items.length > 0;
  const chosen = listed ? items[active] : undefined;
  const problem = tried === text && text !== '' ? readFilter(text).problem : null;

  const edit = (next: string, at: number) => {
    setText(next);
    setCaret(at);
    setActive(none);
    setOpen(true);
  };
  const take = (item: Completion) => {
    const next = text.slice(0, from) + item.text + text.slice(to);
    const at = from + item.text.length;
    edit(next, at);
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(at, at);
    });
  };
  const apply = (wanted: string) => {
    const written = wanted.trim();
    setOpen(false);
    setTried(wanted);
    if (written === '') onFilter(null);
    else {
      const read = readFilter(written);
      if (read.filter) {
        setText(read.filter.normal);
        onFilter(read.filter.normal);
      }
    }
  };
  const onKey = (event: KeyboardEvent<HTMLInputElement>) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setOpen(true);
      if (listed)
        setActive((active + step + items.length + (active === none && step < 0 ? 1 : 0)) % items.length);
    } else if ((event.key === 'Enter' || event.key === 'Tab') && chosen) {
      event.preventDefault();
      take(chosen);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      apply(text);
    } else if (event.key === 'Escape') {
      if (listed) event.stopPropagation();
      else field.current?.blur();
      setOpen(false);
      setActive(none);
    }
  };
  return (
    <section aria-label="Filter" className="flex flex-col gap-1 pb-3">
      <div className="flex flex-wrap items-center gap-2">
        <div className="relative min-w-0 flex-1 basis-60">
          <input
            ref={field}
            type="text"
            role="combobox"
            aria-label="Filter dead letters by an expression"
            aria-expanded={listed}
            aria-controls={`${base}-list`}
            aria-activedescendant={chosen ? optionId(`${base}-list`, active) : undefined}
            aria-autocomplete="list"
            aria-invalid={problem ? true : undefined}
            aria-describedby={problem ? `${base}-problem` : undefined}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            placeholder='attempts >= 3 && headers["tenant"] == "acme"'
            value={text}
            onChange={(event) =>
              edit(event.target.value, event.target.selectionStart ?? event.target.value.length)
            }
            onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
            onClick={() => setOpen(true)}
            onBlur={() => setOpen(false)}
            onKeyDown={onKey}
            className="h-8 w-full min-w-0 rounded-md border border-line-strong bg-surface px-2 font-mono text-sm text-ink placeholder:text-faint aria-invalid:border-act pointer-coarse:h-10"
          />
          {listed ? (
            <FilterOptions
              id={`${base}-list`}
              items={items}
              active={active}
              onPoint={setActive}
              onTake={take}
            />
          ) : null}
        </div>
        <div className="flex items-center gap-2">
          <Button onClick={() => apply(text)}>Filter</Button>
          {filter === null && text === '' ? null : (
            <Button
              look="quiet"
              aria-label="Clear the expression"
              onClick={() => {
                setText('');
                apply('');
              }}
            >
              Clear
            </Button>
          )}
          <Button look="quiet" aria-label="Help on filters" onClick={() => setHelp(true)}>
            ?
          </Button>
        </div>
      </div>
      <span role="status" className="sr-only">
        {listed ? `${items.length} suggestions` : ''}
      </span>
      {problem ? (
        <FilterProblemNote
          id={`${base}-problem`}
          text={text}
          problem={problem}
          onReplace={(next) => {
            setText(next);
            apply(next);
            field.current?.focus();
          }}
        />
      ) : null}
      <FilterHelp open={help} onClose={() => setHelp(false)} />
    </section>
  );
}
