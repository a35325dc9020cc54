import type { QueryClient } from '@tanstack/react-query';
import { setStreaming } from './live-interval.ts';

/** Which readings each event makes old (the first part of their query keys). */
const touched: Readonly<Record<string, readonly string[]>> = {
  lag: ['lag', 'clusters', 'self', 'attention'],
  'dead-letters': ['dead-letters', 'attention'],
  replay: ['replays', 'attention'],
  audit: ['audit', 'markers'],
};
const atMostEveryMs = 1000;
const retryMs = 15_000;

/**
 * Follows `/api/v1/events` and has what each event touches read again, at most once a second per kind. When the stream can't be had, polling
 * alone keeps the page live and the stream is tried again later. Returns how to stop.
 */
export function followEvents(client: QueryClient): () => void {
  let source: EventSource | null = null;
  let retry: ReturnType<typeof setTimeout> | null = null;
  const pending = new Map<string, ReturnType<typeof setTimeout>>();

  const invalidate = (kind: string) => {
    if (pending.has(kind)) return;
    pending.set(
      kind,
      setTimeout(() => {
        pending.delete(kind);
        for (const key of touched[kind] ?? []) void client.invalidateQueries({ queryKey: [key] });
      }, atMostEveryMs),
    );
  };
  const open = () => {
    source = new EventSource('/api/v1/events');
    source.onopen = () => setStreaming(true);
    source.onerror = () => {
      setStreaming(false);
      // CONNECTING: the browser tries again by itself. CLOSED: the answer was a refusal, so we do, later.
      if (source?.readyState === EventSource.CLOSED) retry = setTimeout(open, retryMs);
    };
    for (const kind of Object.keys(touched)) source.addEventListener(kind, () => invalidate(kind));
  };
  open();
  return () => {
    setStreaming(false);
    source?.close();
    if (retry !== null) clearTimeout(retry);
    for (const timer of pending.values()) clearTimeout(timer);
  };
}
