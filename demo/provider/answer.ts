import { declineOf, isChargedWithoutAnswer, isLeftWithoutAnswer } from '../orders/fate.ts';

/** What the provider does with a request for a charge. */
export type ChargeDecision =
  | { kind: 'decline'; reason: string }
  | { kind: 'refuse' }
  | { kind: 'charge-without-answer' }
  | { kind: 'no-answer' }
  | { kind: 'charge' };

/**
 * Cards that it refuses for good are refused by its front, which still runs while the part that charges is down. So an
 * order that met "unavailable" has a good card, and succeeds once the provider is up.
 */
export function decideCharge(orderId: string, cardToken: string, down: boolean): ChargeDecision {
  const reason = declineOf(cardToken);
  if (reason !== null) return { kind: 'decline', reason };
  if (!down) return { kind: 'charge' };
  if (!isLeftWithoutAnswer(orderId)) return { kind: 'refuse' };
  return isChargedWithoutAnswer(orderId) ? { kind: 'charge-without-answer' } : { kind: 'no-answer' };
}
