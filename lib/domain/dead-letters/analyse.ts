import type { Fingerprint, Sha256 } from '../kernel/brand.ts';
import type { LogRecord } from '../kernel/record.ts';
import { contentHash } from './content-hash.ts';
import type { FailureVerdict } from './convention.ts';
import { type DecodedDeadLetter, type DecodeOptions, decodeDeadLetter } from './decode.ts';
import { fingerprintOf } from './fingerprint.ts';
import { lineageRootOf, type ReplayHint, readReplayHint } from './lineage.ts';
import { messagePattern } from './message-pattern.ts';
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

/** Decodes and classifies one dead letter. @param topic the dead-letter topic that it was read from */
export function analyse(record: LogRecord, topic: string, options: DecodeOptions = {}): AnalysedDeadLetter {
  const decoded = decodeDeadLetter(record, options);
  const hash = contentHash(record);
  const pattern = decoded.exceptionMessage === null ? null : messagePattern(decoded.exceptionMessage);
  const topFrame = topApplicationFrame(decoded.stacktrace, decoded.exceptionClass);
  return {
    ...decoded,
    contentHash: hash,
    lineageRoot: lineageRootOf(decoded.origin, { topic, ...record }, hash),
    hint: readReplayHint(record.headers),
    messagePattern: pattern,
    topFrame,
    fingerprint: fingerprintOf({
      convention: decoded.convention,
      // What is known of where it came from: apps that fail behind a repartition are not one failure.
      originTopic: decoded.origin.topic ?? decoded.lastHop?.topic ?? null,
      exceptionClass: decoded.exceptionClass ?? decoded.exceptionChain[0] ?? null,
      messagePattern: pattern,
      topFrame,
    }),
    verdict: verdictOf(decoded).verdict,
  };
}
