'use client';
import type { DeadLetterTopic } from '#lib/contract/dead-letter-topic.ts';
import { urgencyOf } from '#lib/domain/dead-letters/expiry-lead.ts';
import { causeSentence, surenessWords } from '#lib/domain/dead-letters/expiry-words.ts';
import { useNow } from '../ui/age.tsx';
import { formatDuration } from '../ui/format.ts';
import { Unknown } from '../ui/quantity.tsx';

type Clock = Pick<DeadLetterTopic, 'expires' | 'expiryUnknown' | 'expiryLeadMs' | 'open'>;

/** Why there is no time to count down to, when it is not known. */
function unknownReason({ expiryUnknown }: Clock): string | null {
  if (expiryUnknown === null) return 'the worker has not looked at the clock in the last 2 min';
  if (expiryUnknown.length === 0) return null;
  return `what retention takes by ${expiryUnknown.join(' and ')} could not be told yet`;
}

const tones = { act: 'font-semibold text-act', warn: 'text-warn' } as const;

/** The first open record of a topic to expire: `3 h 12 min, at the earliest`, counted down. By what stands on hover, and below with `detailed`. */
export function FirstExpiry({ topic, detailed = false }: { topic: Clock; detailed?: boolean }) {
  const now = useNow();
  const { expires } = topic;
  if (expires === null) {
    const reason = unknownReason(topic);
    if (reason !== null) return <Unknown why={reason} />;
    return <span className="text-faint">{topic.open === 0 ? 'nothing is open' : 'never'}</span>;
  }
  const leftMs = Date.parse(expires.at) - now;
  const urgency = urgencyOf(leftMs, topic.expiryLeadMs);
  const tone = urgency === null ? '' : tones[expires.sure === 'possible' ? 'warn' : urgency];
  const sentence = `${causeSentence(expires, formatDuration)} It is partition ${expires.partition}, offset ${expires.offset}.`;
  return (
    <span title={sentence}>
      <time dateTime={expires.at} suppressHydrationWarning className={`tabular-nums ${tone}`}>
        {leftMs <= 0 ? 'at any moment' : formatDuration(Math.floor(leftMs / 1000) * 1000)}
      </time>
      {leftMs <= 0 ? null : <span className="text-faint">, {surenessWords[expires.sure]}</span>}
      {detailed ? <span className="block max-w-[70ch] text-xs text-muted">{sentence}</span> : null}
    </span>
  );
}
