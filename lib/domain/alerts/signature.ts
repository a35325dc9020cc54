import { createHmac, timingSafeEqual } from 'node:crypto';

const mac = (secret: string, seconds: number, body: string) =>
  createHmac('sha256', secret).update(`${seconds}.${body}`, 'utf8').digest();

/** `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`: the value of the header `Sluice-Signature`. */
export const signatureOf = (secret: string, at: Date, body: string): string => {
  const seconds = Math.floor(at.getTime() / 1000);
  return `t=${seconds},v1=${mac(secret, seconds, body).toString('hex')}`;
};

/** What a receiver does: the sum is right, compared in constant time, and the time is not further away than allowed. */
export function verifySignature(
  header: string,
  secret: string,
  body: string,
  now: Date,
  toleranceMs = 300_000,
): boolean {
  const match = /^t=(\d{1,15}),v1=([0-9a-f]{64})$/.exec(header);
  if (!match) return false;
  const seconds = Number(match[1]);
  if (Math.abs(now.getTime() - seconds * 1000) > toleranceMs) return false;
  return timingSafeEqual(mac(secret, seconds, body), Buffer.from(match[2] ?? '', 'hex'));
}
