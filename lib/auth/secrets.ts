import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits as URL-safe text. */
export const randomSecret = (): string => randomBytes(32).toString('base64url');
/** Text of a new API token. */
export const newTokenText = (): string => `slc_${randomSecret()}`;
/** What is stored of a secret that is random itself (sessions, tokens): its SHA-256, hex. Passwords need scrypt instead. */
export const hashSecret = (secret: string): string =>
  createHash('sha256').update(secret, 'utf8').digest('hex');
