import { cardFor, discontinuedSku, shareOf } from './fate.ts';
import type { Order } from './order.ts';

const regions = ['eu-west', 'eu-central', 'us-east', 'ap-south'] as const;
const lateByMs = 1_800_000;

/** Unique over restarts as long as the clock does not go back: milliseconds, then a counter within one. Digits only, as order numbers are. */
export function createOrderIds(now: () => number): () => string {
  let last = 0;
  return () => {
    last = Math.max(last + 1, now() * 1000);
    return `ord-${last}`;
  };
}

/** Everything about an order follows from its id, save when it was placed. */
export function makeOrder(orderId: string, nowMs: number): Order {
  const share = (purpose: string) => shareOf(purpose, orderId);
  const pick = (purpose: string, count: number) => Math.floor(share(purpose) * count);
  const customer = 10_000 + pick('customer', 5000);
  const late = share('late') < 0.006;
  return {
    orderId,
    customerId: `cus-${customer}`,
    email: `customer-${customer}@${share('mailbox') < 0.04 ? 'gone' : 'customers'}.example`,
    placedAt: new Date(late ? nowMs - lateByMs : nowMs).toISOString(),
    amount: Math.round(500 + share('amount') * 45_000) / 100,
    currency: share('currency') < 0.008 ? 'XAU' : 'EUR',
    region: regions[pick('region', regions.length)] ?? 'eu-west',
    card: { token: cardFor(orderId), last4: String(1000 + pick('last4', 9000)) },
    items: Array.from({ length: 1 + pick('items', 3) }, (_, index) => ({
      sku: share('sku') < 0.01 ? discontinuedSku : `sku-${1000 + pick(`sku${index}`, 400)}`,
      quantity: 1 + pick(`quantity${index}`, 3),
    })),
  };
}

/** One order in eight comes from the bad release, half of those with each of its two mistakes. */
export const isFromBadRelease = (orderId: string): boolean => shareOf('release', orderId) < 0.125;

/**
 * What the bad release sends instead. Nothing else is wrong with its orders (card, mailbox, article), so that fixing the
 * contract is all that they need.
 */
export function breakContract(order: Order): Record<string, unknown> {
  const sound = {
    ...order,
    email: `${order.customerId}@customers.example`,
    card: { ...order.card, token: 'tok_visa' },
    items: order.items.map((item) => (item.sku === discontinuedSku ? { ...item, sku: 'sku-1001' } : item)),
  };
  if (shareOf('mistake', order.orderId) < 0.5)
    return { ...sound, currency: 'EUR', amount: order.amount.toFixed(2) };
  const { currency: _missing, ...rest } = sound;
  return rest;
}
