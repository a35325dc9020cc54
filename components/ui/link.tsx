'use client';
import { useRouter } from 'next/navigation';
import { type ComponentProps, type MouseEvent, startTransition } from 'react';

/** What the browser does better itself: new tabs, windows, downloads, other buttons. */
const isPlainClick = (event: MouseEvent<HTMLAnchorElement>) =>
  event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);

/**
 * A link to a page of the console, followed without a reload. Next's own link costs a seventh of the approval page's budget, most of it for
 * fetching ahead, and pages here are shells whose data is never fetched ahead.
 */
export function Link({
  href,
  scroll = true,
  onClick,
  ...rest
}: ComponentProps<'a'> & {
  href: string;
  /** False keeps the page where it is scrolled to. */
  scroll?: boolean;
}) {
  const router = useRouter();
  return (
    <a
      {...rest}
      href={href}
      onClick={(event) => {
        onClick?.(event);
        if (event.defaultPrevented || !isPlainClick(event)) return;
        event.preventDefault();
        startTransition(() => router.push(href, { scroll }));
      }}
    />
  );
}
