import type { ReactNode } from 'react';

/** A part that scrolls by itself: it has a name and takes the focus, so that it can be scrolled by keyboard. */
export const ScrollBox = ({
  label,
  className = '',
  children,
}: {
  label: string;
  className?: string;
  children: ReactNode;
}) => (
  <section
    aria-label={label}
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard.
    tabIndex={0}
    className={`overflow-auto ${className}`}
  >
    {children}
  </section>
);
