import { createRecall } from '../kernel/recall.ts';
import { beginsPart, frameKind, lookedAt, topApplicationFrame } from './stack-frames.ts';

type Found = { frame: string | null };

/** Longer traces are looked at anew each time. */
const traceMax = 3000;
const recalled = createRecall<Found>({ entries: 1000, keyLength: traceMax + 600 });

/**
 * Just what `topApplicationFrame` says, sooner for a trace whose like was seen before. Of its first line, which has the message and so is another
 * one in each record, only two things count: whether it is a frame, and whether it names the exception.
 */
export function recalledFrame(trace: string | null, exceptionClass: string | null): string | null {
  if (trace === null || trace.length > traceMax || (exceptionClass?.length ?? 0) > 500)
    return topApplicationFrame(trace, exceptionClass);
  const end = trace.indexOf('\n');
  if (end < 0) return topApplicationFrame(trace, exceptionClass);
  const first = lookedAt(trace.slice(0, end));
  if (beginsPart(first) || frameKind(first) !== null) return topApplicationFrame(trace, exceptionClass);
  const named = exceptionClass === null ? 'no class' : first.includes(exceptionClass) ? 'named' : 'not named';
  const key = `${named} ${exceptionClass?.length} ${exceptionClass}${trace.slice(end)}`;
  const known = recalled.get(key);
  if (known) return known.frame;
  const frame = topApplicationFrame(trace, exceptionClass);
  recalled.set(key, { frame });
  return frame;
}
