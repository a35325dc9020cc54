import { randomBytes } from 'node:crypto';
import { type ReplayId, replayId } from '#lib/domain/kernel/brand.ts';

/** Short enough to be read out over the phone, long enough never to meet another. */
export const newReplayId = (): ReplayId => replayId(`r-${randomBytes(6).toString('hex')}`);
