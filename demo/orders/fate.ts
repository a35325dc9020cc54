import { createHash } from 'node:crypto';

/** 0 to 1, evenly spread and the same for an id at every attempt, so that a replay meets the fate that was meant for it. */
export const shareOf = (purpose: string, id: string): number =>
  createHash('sha256').update(`${purpose}:${id}`).digest().readUInt32BE(0) / 2 ** 32;

const cards = {
  tok_visa: null,
  tok_mastercard: null,
  tok_declined_stolen: 'stolen_card',
  tok_declined_expired: 'expired_card',
} as const;
export type CardToken = keyof typeof cards;

/** Why the provider refuses the card for good; null when it takes it. Cards that it has never seen are good. */
export const declineOf = (token: string): string | null =>
  Object.hasOwn(cards, token) ? cards[token as CardToken] : null;

/** One card in fifty is refused for good. */
export function cardFor(orderId: string): CardToken {
  const share = shareOf('card', orderId);
  if (share < 0.012) return 'tok_declined_stolen';
  if (share < 0.02) return 'tok_declined_expired';
  return share < 0.6 ? 'tok_visa' : 'tok_mastercard';
}

/** While the provider is down, the answer to one order in twenty never arrives. */
export const isLeftWithoutAnswer = (orderId: string): boolean => shareOf('gateway', orderId) < 0.05;

/** Of those, three in ten are charged all the same. */
export const isChargedWithoutAnswer = (orderId: string): boolean =>
  isLeftWithoutAnswer(orderId) && shareOf('charged', orderId) < 0.3;

/** Mailboxes that refuse every message. */
export const mailboxExists = (email: string): boolean => !email.endsWith('@gone.example');

/** Still ordered now and then, but the warehouse no longer knows it. */
export const discontinuedSku = 'sku-9404';
