'use client';
import { type ComponentProps, type ReactNode, useId } from 'react';
import { Keys } from './kbd.tsx';

const box =
  'rounded-md border border-line-strong bg-surface px-2 text-sm text-ink placeholder:text-faint aria-invalid:border-act';
const oneLine = `${box} h-8 min-w-0 pointer-coarse:h-10`;

type Labelled = {
  label: string;
  labelHidden?: boolean;
  hint?: ReactNode;
  error?: string | null;
  className?: string;
};

function Frame({
  id,
  label,
  labelHidden = false,
  hint,
  error,
  className = '',
  children,
}: Labelled & { id: string; children: ReactNode }) {
  return (
    <div className={`flex flex-col gap-1 ${className}`}>
      <label htmlFor={id} className={labelHidden ? 'sr-only' : 'label'}>
        {label}
      </label>
      {children}
      {hint ? (
        <span id={`${id}-hint`} className="text-xs text-muted">
          {hint}
        </span>
      ) : null}
      {error ? (
        <span id={`${id}-error`} role="alert" className="text-xs text-act">
          {error}
        </span>
      ) : null}
    </div>
  );
}
const described = (id: string, { hint, error }: Pick<Labelled, 'hint' | 'error'>) =>
  [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ') || undefined;

export function TextField({
  label,
  labelHidden = false,
  hint,
  error = null,
  className = '',
  ...rest
}: Labelled & Omit<ComponentProps<'input'>, 'className'>) {
  const id = useId();
  return (
    <Frame id={id} label={label} labelHidden={labelHidden} hint={hint} error={error} className={className}>
      <input
        {...rest}
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={described(id, { hint, error })}
        className={oneLine}
      />
    </Frame>
  );
}

export function TextArea({
  label,
  labelHidden = false,
  hint,
  error = null,
  className = '',
  ...rest
}: Labelled & Omit<ComponentProps<'textarea'>, 'className'>) {
  const id = useId();
  return (
    <Frame id={id} label={label} labelHidden={labelHidden} hint={hint} error={error} className={className}>
      <textarea
        rows={3}
        {...rest}
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={described(id, { hint, error })}
        className={`${box} py-1.5`}
      />
    </Frame>
  );
}

export type Option = { value: string; label: string };

export function Select({
  label,
  labelHidden = false,
  hint,
  error = null,
  className = '',
  options,
  small = false,
  ...rest
}: Labelled & Omit<ComponentProps<'select'>, 'className'> & { options: readonly Option[]; small?: boolean }) {
  const id = useId();
  return (
    <Frame id={id} label={label} labelHidden={labelHidden} hint={hint} error={error} className={className}>
      <select
        {...rest}
        id={id}
        aria-describedby={described(id, { hint, error })}
        className={small ? `${box} h-6 text-xs pointer-coarse:h-8` : oneLine}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </Frame>
  );
}

/** The page's text filter: `/` goes to it, Escape leaves it. */
export function FilterInput({
  label,
  value,
  onChange,
  placeholder = label,
  className = '',
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  className?: string;
}) {
  return (
    <div className={`relative ${className}`}>
      <input
        type="search"
        data-filter=""
        aria-label={label}
        placeholder={placeholder}
        value={value}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
        className={`${oneLine} peer w-full pr-7`}
      />
      <Keys
        keys="/"
        className="pointer-events-none absolute top-1/2 right-2 -translate-y-1/2 peer-focus:hidden peer-[:not(:placeholder-shown)]:hidden"
      />
    </div>
  );
}
