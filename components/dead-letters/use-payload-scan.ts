'use client';
import { useEffect, useRef, useState } from 'react';
import { type ApiProblem, asProblem } from '#lib/client/api.ts';
import type { TopicPlace } from '#lib/client/dead-letter-acts.ts';
import { scanPayloads } from '#lib/client/payload-scan.ts';
import type {
  ScanBody,
  ScanEnd,
  ScanFound,
  ScanLine,
  ScanProgress,
  ScanStart,
} from '#lib/contract/payload-scan.ts';

export type ScanState = {
  /** What was asked for; null before the first scan. */
  asked: ScanBody | null;
  running: boolean;
  start: ScanStart | null;
  /** As far as it is known to have come. */
  progress: Omit<ScanProgress, 'kind'> | null;
  found: readonly ScanFound[];
  end: ScanEnd | null;
  /** Cancelled here, refused, or broken off without a last line. */
  stopped: 'cancelled' | 'cut' | ApiProblem | null;
};

export const noScan: ScanState = {
  ...{ asked: null, running: false, start: null, progress: null, found: [], end: null, stopped: null },
};

/** A scan after one more line of its answer. */
export function withLine(state: ScanState, line: ScanLine): ScanState {
  switch (line.kind) {
    case 'start':
      return { ...state, start: line };
    case 'progress':
      return { ...state, progress: line };
    case 'found':
      return { ...state, found: [...state.found, line] };
    case 'end':
      return { ...state, end: line, progress: line };
  }
}

/** A scan after its answer ended, with what it ended by. */
export function atEnd(state: ScanState, error: unknown): ScanState {
  const over = { ...state, running: false };
  if (state.end !== null) return over;
  if (error instanceof DOMException && error.name === 'AbortError') return { ...over, stopped: 'cancelled' };
  // What has begun can't be refused any more: whatever happened, the answer is cut.
  if (state.start !== null || error === null) return { ...over, stopped: 'cut' };
  return { ...over, stopped: asProblem(error) };
}

/** One scan of a topic's payloads at a time. Leaving the page, or starting another, ends it. */
export function usePayloadScan(place: TopicPlace) {
  const [state, setState] = useState<ScanState>(noScan);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);
  const run = async (body: ScanBody) => {
    abort.current?.abort();
    const mine = new AbortController();
    abort.current = mine;
    // Only of the newest scan: an earlier one may still be ending.
    const update = (change: (state: ScanState) => ScanState) => {
      if (abort.current === mine) setState(change);
    };
    setState({ ...noScan, asked: body, running: true });
    try {
      for await (const line of scanPayloads(place, body, mine.signal))
        update((before) => withLine(before, line));
      update((before) => atEnd(before, null));
    } catch (error) {
      update((before) => atEnd(before, error));
    }
  };
  return { state, run, cancel: () => abort.current?.abort() };
}
