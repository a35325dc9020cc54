import { randomUUID } from 'node:crypto';
import { type ReplayId, replayId } from '#lib/domain/kernel/brand.ts';

/** Short enough to be read out over the phone, long enough never to meet another. @param unique any text that is */
export const newReplayId = (unique: string = randomUUID()): ReplayId =>
  replayId(`r-${unique.replaceAll('-', '').slice(0, 12)}`);
