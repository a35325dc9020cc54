'use client';
import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';

type Props = {
  open: boolean;
  onClose: () => void;
  title: string;
  /** What the dialog does, in one or two sentences. */
  description?: ReactNode;
  /** The buttons, the one that acts last. */
  actions?: ReactNode;
  children?: ReactNode;
  width?: 'sm' | 'md' | 'lg';
};
const widths = { sm: 'max-w-md', md: 'max-w-xl', lg: 'max-w-3xl' } as const;

/**
 * A modal on the browser's own <dialog>: it holds the focus, makes the page inert, closes on Escape and gives the focus
 * back, with no code of ours and no style element for the content policy to refuse.
 */
export function Dialog({ open, onClose, title, description, actions, children, width = 'sm' }: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const descriptionId = useId();
  // Layout effects are undone while the element is still in the page: only then does closing give the focus back.
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (!dialog || !open) return;
    dialog.showModal();
    // Left to itself it takes whatever can hold the focus first; a field is what people came for.
    dialog.querySelector<HTMLElement>('input, textarea, select')?.focus();
    return () => dialog.close();
  }, [open]);
  if (!open) return null;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the keyboard's way out; this is the click beside it.
    <dialog
      ref={ref}
      aria-labelledby={titleId}
      aria-describedby={description === undefined ? undefined : descriptionId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === event.currentTarget && onClose()}
      className={`m-auto w-[calc(100vw-2rem)] ${widths[width]} max-h-[calc(100dvh-4rem)] overflow-hidden rounded-lg border border-line-strong bg-raised p-0 text-ink shadow-[0_12px_40px_var(--shadow)] open:flex`}
    >
      <div className="flex min-h-0 w-full flex-col">
        <div className="flex min-h-0 flex-col gap-3 overflow-y-auto p-5">
          <h2 id={titleId} className="text-lg font-semibold">
            {title}
          </h2>
          {description === undefined ? null : (
            <div id={descriptionId} className="text-muted">
              {description}
            </div>
          )}
          {children}
        </div>
        {actions === undefined ? null : (
          <div className="flex flex-wrap justify-end gap-2 border-t border-line bg-surface px-5 py-3">
            {actions}
          </div>
        )}
      </div>
    </dialog>
  );
}
