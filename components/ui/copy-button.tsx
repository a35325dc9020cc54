'use client';
import { useState } from 'react';

/** Copies `text`; says so in words for two seconds, also to screen readers. */
export function CopyButton({
  text,
  label,
  children,
  className = '',
}: {
  text: string;
  /** What is copied: "seal", "offset". */
  label: string;
  children?: React.ReactNode;
  className?: string;
}) {
  const [said, setSaid] = useState<string | null>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid('copied');
    } catch {
      // No permission or no secure context: the text is on the page to be selected by hand.
      setSaid('not copied: select it');
    }
    setTimeout(() => setSaid(null), 2000);
  };
  return (
    <button
      type="button"
      onClick={() => void copy()}
      aria-label={`Copy ${label}`}
      className={`relative z-10 inline-flex items-center gap-1 rounded-sm px-1 text-xs text-muted hover:bg-hover hover:text-ink ${className}`}
    >
      {children ?? (
        <svg viewBox="0 0 12 12" aria-hidden="true" className="size-3 fill-none stroke-current">
          <rect x="1" y="3.5" width="7" height="7.5" rx="1" />
          <path d="M4 3.5V1h7v7.5H8" />
        </svg>
      )}
      <span aria-live="polite">{said}</span>
    </button>
  );
}
