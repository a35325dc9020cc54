'use client';
import { type ComponentProps, type ReactNode, useId } from 'react';
import { Link } from './link.tsx';
import { Tooltip } from './tooltip.tsx';

export type ButtonLook = 'primary' | 'default' | 'quiet' | 'danger';

const looks: Readonly<Record<ButtonLook, string>> = {
  primary:
    'bg-accent text-accent-ink border-accent hover:bg-accent-hover hover:border-accent-hover font-medium',
  default: 'bg-surface text-ink border-line-strong hover:bg-hover',
  quiet: 'bg-transparent text-muted border-transparent hover:bg-hover hover:text-ink',
  danger: 'bg-act-solid text-white border-act-solid hover:brightness-110 font-medium',
};
const denied = 'bg-sunken text-faint border-line cursor-not-allowed';
const frame =
  'inline-flex items-center justify-center gap-1.5 whitespace-nowrap rounded-md border select-none';
const sizes = {
  sm: 'h-6 px-2 text-xs pointer-coarse:h-8',
  md: 'h-8 px-3 text-sm pointer-coarse:h-10',
} as const;

export const buttonClass = (look: ButtonLook = 'default', size: keyof typeof sizes = 'md') =>
  `${frame} ${sizes[size]} ${looks[look]}`;

type Props = Omit<ComponentProps<'button'>, 'disabled'> & {
  look?: ButtonLook;
  size?: keyof typeof sizes;
  /** Why it can't be pressed, and who can change that. The button stays visible and reachable, and says so. */
  disabledReason?: string | null | undefined;
  /** Its act is under way: it can't be pressed twice. */
  busy?: boolean;
  children: ReactNode;
};

export function Button({
  look = 'default',
  size = 'md',
  disabledReason = null,
  busy = false,
  className = '',
  onClick,
  children,
  type = 'button',
  ...rest
}: Props) {
  const reasonId = useId();
  const off = disabledReason !== null || busy;
  const button = (
    <button
      {...rest}
      type={off && type === 'submit' ? 'button' : type}
      aria-disabled={off || undefined}
      aria-busy={busy || undefined}
      aria-describedby={disabledReason === null ? rest['aria-describedby'] : reasonId}
      onClick={off ? undefined : onClick}
      className={`${frame} ${sizes[size]} ${disabledReason === null ? looks[look] : denied} ${busy ? 'opacity-70' : ''} ${className}`}
    >
      {children}
      {busy ? <span aria-hidden="true">…</span> : null}
    </button>
  );
  return disabledReason === null ? (
    button
  ) : (
    <Tooltip text={disabledReason} id={reasonId}>
      {button}
    </Tooltip>
  );
}

/** Looks like a button, goes somewhere. */
export function LinkButton({
  look = 'default',
  size = 'md',
  className = '',
  ...rest
}: ComponentProps<typeof Link> & { look?: ButtonLook; size?: keyof typeof sizes }) {
  return <Link {...rest} className={`${buttonClass(look, size)} ${className}`} />;
}
