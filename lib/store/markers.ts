import { randomUUID } from 'node:crypto';
import type { PrismaScope } from './prisma.ts';

export type MarkerRecord = {
  id: string;
  service: string;
  version: string | null;
  note: string | null;
  at: Date;
  by: string;
};

/** Deploys and interventions, drawn on every time axis. */
export const createMarkerStore = (db: PrismaScope) => ({
  create: (marker: Omit<MarkerRecord, 'id'>): Promise<MarkerRecord> =>
    db.marker.create({ data: { id: randomUUID(), ...marker } }),

  /** Newest first within [from, to), of these services where any are given; `after` is the id that the page before ended with. */
  list(
    range: { from?: Date | undefined; to?: Date | undefined; services?: readonly string[] },
    page: { limit: number; after: string | null },
  ): Promise<MarkerRecord[]> {
    const { from, to, services } = range;
    return db.marker.findMany({
      where: {
        ...(from || to ? { at: { ...(from ? { gte: from } : {}), ...(to ? { lt: to } : {}) } } : {}),
        ...(services ? { service: { in: [...services] } } : {}),
      },
      orderBy: [{ at: 'desc' }, { id: 'desc' }],
      take: page.limit,
      ...(page.after === null ? {} : { cursor: { id: page.after }, skip: 1 }),
    });
  },
});
export type MarkerStore = ReturnType<typeof createMarkerStore>;
