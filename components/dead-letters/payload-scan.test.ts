import { describe, expect, it } from 'vitest';
import { ApiProblem } from '#lib/client/api.ts';
import type { ScanEnd, ScanLine } from '#lib/contract/payload-scan.ts';
import { unsearchedText } from './scan-words.ts';
import { atEnd, noScan, withLine } from './use-payload-scan.ts';

const none = { pointers: 0, gone: 0, unreadable: 0, partly: 0, withheld: 0, undecoded: 0 };
const at = { read: 5, of: 9, found: 1, bytes: 10, ms: 3 };
const start = { kind: 'start', of: 9, more: false, behindRecords: 0 } as ScanLine;
const end: ScanEnd = { kind: 'end', ending: 'complete', detail: 'All.', ...at, unsearched: none };
const running = { ...noScan, running: true };

describe('what is known of a scan', () => {
  it('grows line by line', () => {
    const lines: ScanLine[] = [
      start,
      { kind: 'progress', ...at },
      { kind: 'found', match: 'x' } as ScanLine,
      end,
    ];
    const state = lines.reduce(withLine, running);
    expect(state).toMatchObject({ progress: { read: 5 }, found: [{ match: 'x' }], end, stopped: null });
    expect(atEnd(state, null)).toMatchObject({ running: false, stopped: null });
  });

  it('tells a cancel from a refusal and from an answer that broke off', () => {
    const refusal = new ApiProblem({
      status: 409,
      code: 'wrong_state',
      title: 'No',
      detail: 'One at a time.',
    });
    expect(atEnd(running, refusal).stopped).toBe(refusal);
    expect(atEnd(running, new DOMException('', 'AbortError')).stopped).toBe('cancelled');
    const begun = withLine(running, start);
    expect(atEnd(begun, null).stopped).toBe('cut');
    expect(atEnd(begun, new TypeError('network error')).stopped).toBe('cut');
    expect(atEnd(running, null).stopped).toBe('cut');
    // A connection that breaks after the last line took nothing away.
    expect(atEnd(withLine(begun, end), new TypeError('network error')).stopped).toBeNull();
  });
});

it('says in how many records nothing could be found for sure, and why', () => {
  expect(unsearchedText(none)).toBeNull();
  expect(unsearchedText({ ...none, pointers: 1, partly: 2 })).toBe(
    'Not searched for sure: 1 only points at a record elsewhere; 2 are so large that only their beginning was searched.',
  );
});
