import type { DeadLetterTopic } from '#lib/contract/dead-letter-topic.ts';

type Ranked = Pick<DeadLetterTopic, 'expires' | 'expiryLeadMs' | 'open' | 'topic'>;

/** Within their lead, the soonest first; then the most open. */
export function byUrgency(nowMs: number) {
  const rank = ({ expires, expiryLeadMs, open }: Ranked) => {
    if (expires === null || open === 0) return Number.POSITIVE_INFINITY;
    const at = Date.parse(expires.at);
    return at - nowMs <= expiryLeadMs ? at : Number.POSITIVE_INFINITY;
  };
  return (a: Ranked, b: Ranked): number => {
    const [left, right] = [rank(a), rank(b)];
    if (left !== right) return left < right ? -1 : 1;
    return b.open - a.open || a.topic.localeCompare(b.topic);
  };
}
