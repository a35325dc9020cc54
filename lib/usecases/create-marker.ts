import type { z } from 'zod';
import type { MarkerView, createMarker as operation } from '#lib/contract/home.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import type { Database } from '#lib/store/database.ts';
import type { MarkerRecord } from '#lib/store/markers.ts';

type MarkerInput = z.output<NonNullable<(typeof operation)['body']>>;

export const markerViewOf = (marker: MarkerRecord): MarkerView => ({
  ...marker,
  at: marker.at.toISOString(),
});

/** Notes a deploy or an intervention, now or at the time given, so that it is drawn on every time axis. */
export async function createMarker(
  { database, clock }: { database: Database; clock: () => Date },
  principal: Principal,
  input: MarkerInput,
): Promise<MarkerView> {
  return database.transact(async (stores) => {
    const marker = await stores.markers.create({
      service: input.service,
      version: input.version ?? null,
      note: input.note || null,
      at: input.at === undefined ? clock() : new Date(input.at),
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
