'use client';
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { getPreferences, setPreferences } from '#lib/client/preferences.ts';
import { readKey } from './keys.ts';

const prefixMs = 1500;
const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)) &&
  !(target instanceof HTMLInputElement && ['checkbox', 'radio'].includes(target.type));

/** Moves the focus among the row links of the page's tables; the browser's own Enter opens. */
function walkRows(step: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLElement>('[data-row-link]')].filter(
    (link) => link.getClientRects().length > 0,
  );
  const at = links.findIndex((link) => link.closest('[data-row]')?.contains(document.activeElement));
  const next = links[at === -1 ? (step === 1 ? 0 : links.length - 1) : at + step];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

function selectRow(): void {
  const row = document.activeElement?.closest('[data-row]');
  row?.querySelector<HTMLInputElement>('input[type="checkbox"]')?.click();
}

/** Listens for the keys of keys.ts. Single keys rest while someone types, while a dialog is open, and when switched off. */
export function useKeys(open: { palette: () => void; help: () => void }): void {
  const router = useRouter();
  useEffect(() => {
    let prefixAt = 0;
    const onKey = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        open.palette();
        return;
      }
      if (event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented) return;
      if (!getPreferences().singleKeys || isTyping(event.target) || document.querySelector('dialog[open]'))
        return;
      const act = readKey(event.key, Date.now() - prefixAt < prefixMs);
      prefixAt = 0;
      if (act === null) return;
      if (act.kind === 'prefix') {
        prefixAt = Date.now();
        return;
      }
      event.preventDefault();
      if (act.kind === 'go') router.push(act.href);
      else if (act.kind === 'help') open.help();
      else if (act.kind === 'next-row') walkRows(1);
      else if (act.kind === 'previous-row') walkRows(-1);
      else if (act.kind === 'select-row') selectRow();
      else if (act.kind === 'times')
        setPreferences({ times: getPreferences().times === 'relative' ? 'absolute' : 'relative' });
      else document.querySelector<HTMLElement>('[data-filter]')?.focus();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [router, open]);
}
