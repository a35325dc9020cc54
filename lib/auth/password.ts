import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

type Parameters = { cost: number; blockSize: number; parallelization: number };
/** OWASP's scrypt setting of 32 MiB: N = 2^15, r = 8, p = 3. Stored with each hash, so that it can grow later. */
const current: Parameters = { cost: 32_768, blockSize: 8, parallelization: 3 };
const keyBytes = 32;

/** Fewest characters of a password that a person chooses. */
export const shortestPassword = 12;

const derive = (password: string, salt: Buffer, bytes: number, parameters: Parameters): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const maxmem = 256 * parameters.cost * parameters.blockSize;
    scrypt(password.normalize('NFC'), salt, bytes, { ...parameters, maxmem }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });

/** `scrypt$N$r$p$salt$key`, salt and key in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, keyBytes, current);
  const { cost, blockSize, parallelization } = current;
  return [
    'scrypt',
    cost,
    blockSize,
    parallelization,
    salt.toString('base64url'),
    key.toString('base64url'),
  ].join('$');
}

const nobodysSalt = randomBytes(16);
const nobodysKey = randomBytes(keyBytes);

/**
 * Compares in constant time. Without a stored hash (unknown or disabled user) it does the same work and answers false,
 * so that time does not tell which names exist.
 */
export async function passwordMatches(password: string, stored: string | null): Promise<boolean> {
  if (stored === null) {
    timingSafeEqual(await derive(password, nobodysSalt, keyBytes, current), nobodysKey);
    return false;
  }
  const [scheme, cost, blockSize, parallelization, salt, key] = stored.split('$');
  if (scheme !== 'scrypt' || !salt || !key)
    throw new Error('A stored password hash is not in the form that Sluice writes.');
  const expected = Buffer.from(key, 'base64url');
  const actual = await derive(password, Buffer.from(salt, 'base64url'), expected.length, {
    cost: Number(cost),
    blockSize: Number(blockSize),
    parallelization: Number(parallelization),
  });
  return timingSafeEqual(actual, expected);
}
