import { frameKind } from '#lib/domain/dead-letters/stack-frames.ts';

export type TracePart =
  | { kind: 'lines'; lines: readonly { text: string; own: boolean }[] }
  | { kind: 'folded'; lines: readonly string[] };

const linesMax = 2000;

/**
 * A stack trace with runs of framework frames folded: what is left are the messages and the frames of the application's
 * code. A run of one is not worth folding.
 */
export function traceParts(trace: string): TracePart[] {
  const parts: TracePart[] = [];
  let run: string[] = [];
  const open = (): { text: string; own: boolean }[] => {
    const last = parts.at(-1);
    if (last?.kind === 'lines') return last.lines as { text: string; own: boolean }[];
    const lines: { text: string; own: boolean }[] = [];
    parts.push({ kind: 'lines', lines });
    return lines;
  };
  const flush = () => {
    if (run.length > 1) parts.push({ kind: 'folded', lines: run });
    else for (const text of run) open().push({ text, own: false });
    run = [];
  };
  for (const text of trace.split('\n', linesMax)) {
    const kind = frameKind(text);
    if (kind === 'framework') {
      run.push(text);
      continue;
    }
    flush();
    if (text.trim() !== '') open().push({ text, own: kind === 'application' });
  }
  flush();
  return parts;
}
