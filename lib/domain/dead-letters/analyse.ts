import type { Fingerprint, Sha256 } from '../kernel/brand.ts';
import type { LogRecord } from '../kernel/record.ts';
import { contentHash } from './content-hash.ts';
import type { FailureVerdict } from './convention.ts';
import { type DecodedDeadLetter, type DecodeOptions, decodeDeadLetter } from './decode.ts';
import { fingerprintOf, recalledFingerprint } from './fingerprint.ts';
import { type HeaderLayout, headerLayout, recalledLayout } from './header-layout.ts';
import { lineageRootOf, type ReplayHint, readReplayHint } from './lineage.ts';
import { messagePattern } from './message-pattern.ts';
import { recalledFrame } from './recalled-frame.ts';
import { recalledMessage } from './recalled-message.ts';
import { topApplicationFrame } from './stack-frames.ts';
import { verdictOf } from './verdict.ts';

/** Everything that the index keeps of a dead letter but its place and payload. */
export type AnalysedDeadLetter = DecodedDeadLetter & {
  contentHash: Sha256;
  lineageRoot: string;
  /** Unproven until the replay ledger confirms it. */
  hint: ReplayHint | null;
  messagePattern: string | null;
  topFrame: string | null;
  fingerprint: Fingerprint;
  verdict: FailureVerdict;
};

/** How to find out what a record's like may have told before; each says just what the plain rule says. */
export type AnalysisSteps = {
  layout: typeof headerLayout;
  /** Pattern of the message and verdict. */
  judge: typeof recalledMessage;
  frame: typeof topApplicationFrame;
  fingerprint: typeof fingerprintOf;
};
/** By what was found out of earlier records, bounded: for many records of few kinds. */
export const recalledSteps: AnalysisSteps = {
  layout: recalledLayout,
  judge: recalledMessage,
  frame: recalledFrame,
  fingerprint: recalledFingerprint,
};
/** By the rules themselves. */
export const plainSteps: AnalysisSteps = {
  layout: headerLayout,
  judge: (failure) => ({
    pattern: failure.exceptionMessage === null ? null : messagePattern(failure.exceptionMessage),
    verdict: verdictOf(failure).verdict,
  }),
  frame: topApplicationFrame,
  fingerprint: fingerprintOf,
};

/**
 * Decodes and classifies one dead letter.
 * @param topic the dead-letter topic that it was read from
 * @param layout of just these headers, where it is known
 */
export function analyse(
  record: LogRecord,
  topic: string,
  options: DecodeOptions = {},
  steps: AnalysisSteps = recalledSteps,
  layout: HeaderLayout = steps.layout(record.headers, options.mapping ?? null),
): AnalysedDeadLetter {
  const decoded = decodeDeadLetter(record, options, layout);
  const hash = contentHash(record);
  const { pattern, verdict } = steps.judge(decoded);
  const topFrame = steps.frame(decoded.stacktrace, decoded.exceptionClass);
  return {
    ...decoded,
    contentHash: hash,
    lineageRoot: lineageRootOf(
      decoded.origin,
      { topic, partition: record.partition, offset: record.offset },
      hash,
    ),
    hint: readReplayHint(record.headers, layout),
    messagePattern: pattern,
    topFrame,
    fingerprint: steps.fingerprint({
      convention: decoded.convention,
      // What is known of where it came from: apps that fail behind a repartition are not one failure.
      originTopic: decoded.origin.topic ?? decoded.lastHop?.topic ?? null,
      exceptionClass: decoded.exceptionClass ?? decoded.exceptionChain[0] ?? null,
      messagePattern: pattern,
      topFrame,
    }),
    verdict,
  };
}
