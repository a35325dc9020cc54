import type { z } from 'zod';
import type { MarkerView, createMarker as operation } from '#lib/contract/home.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { Database } from '#lib/store/database.ts';
import type { MarkerRecord } from '#lib/store/markers.ts';

type MarkerInput = z.output<NonNullable<(typeof operation)['body']>>;

export const markerViewOf = (marker: MarkerRecord): MarkerView => ({
  ...marker,
  at: marker.at.toISOString(),
});

/** A deploy may be announced, and clocks differ; a marker of next year is a slip that would stand first in every list. */
const aheadMaxMs = 24 * 3_600_000;

/**
 * Notes a deploy or an intervention, now or at the time given (past, or up to a day ahead), so that it is drawn on every time axis.
 * @throws SluiceError bad_request
 */
export async function createMarker(
  { database, clock }: { database: Database; clock: () => Date },
  principal: Principal,
  input: MarkerInput,
): Promise<MarkerView> {
  const now = clock();
  const at = input.at === undefined ? now : new Date(input.at);
  if (at.getTime() - now.getTime() > aheadMaxMs)
    throw new SluiceError('bad_request', 'body.at lies more than a day ahead. Give the time of the deploy.');
  return database.transact(async (stores) => {
    const marker = await stores.markers.create({
      service: input.service,
      version: input.version ?? null,
      note: input.note || null,
      at,
      by: principal.name,
    });
    await stores.audit.append({
      actor: principal.name,
      action: 'marker.create',
      outcome: 'allowed',
      code: null,
      resource: `marker/${marker.id}`,
      detail: { service: marker.service, version: marker.version, at: marker.at },
    });
    return markerViewOf(marker);
  });
}
