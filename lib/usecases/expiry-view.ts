import type { DeadLetterTopic } from '#lib/contract/dead-letter-topic.ts';
import { leadMsOf } from '#lib/domain/dead-letters/expiry-lead.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import type { TopicExpiry } from '#lib/store/dead-letter-expiry.ts';

/** The clock looks every 30 s; after this it is taken to stand still, and what it said is not known any more. */
const staleAfterMs = 120_000;

type View = Pick<DeadLetterTopic, 'expiresFirstMs' | 'expires' | 'expiryUnknown' | 'expiryLeadMs'>;

/** What the clock last said of a topic. @param asOfMs what durations count from */
export function expiryView(
  expiry: TopicExpiry | undefined,
  topic: { flow: Flow | null; retentionMs: number | null },
  { asOfMs, nowMs }: { asOfMs: number; nowMs: number },
): View {
  const expiryLeadMs = leadMsOf(topic.flow?.objectives.expiryLeadMs ?? null, topic.retentionMs);
  if (!expiry || nowMs - expiry.asOf.getTime() > staleAfterMs)
    return { expiresFirstMs: null, expires: null, expiryUnknown: null, expiryLeadMs };
  const { first } = expiry;
  return {
    expiresFirstMs: first && Math.max(0, first.at.getTime() - asOfMs),
    expires: first && {
      at: first.at.toISOString(),
      by: first.by,
      sure: first.sure,
      partition: first.partition,
      offset: first.offset.toString(),
      source: first.source && { ...first.source, offset: first.source.offset.toString() },
      retentionMs: first.retentionMs,
      segmentMs: first.segmentMs,
    },
    expiryUnknown: [...expiry.notTold],
    expiryLeadMs,
  };
}
