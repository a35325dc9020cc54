import type { Prisma } from '#generated/prisma/client.ts';
import type { IncidentModel as Row } from '#generated/prisma/models/Incident.ts';
import type { IncidentEntryModel as EntryRow } from '#generated/prisma/models/IncidentEntry.ts';
import type { Incident, IncidentAbout, IncidentEntry } from '#lib/domain/incidents/about.ts';
import type { Joined } from '#lib/domain/incidents/joined.ts';
import type { PrismaScope } from './prisma.ts';

/** What was added since belongs to what it is about. */
const toIncident = ({ about, openedAt, ...row }: Row, entries: readonly EntryRow[]): Incident => ({
  ...row,
  about: [about, ...entries.map((each) => each.about)].flatMap((each) =>
    each === null ? [] : (each as unknown as IncidentAbout | IncidentAbout[]),
  ),
  openedAt: openedAt.toISOString(),
});
const toEntry = ({ seq, kind, text, at, by }: EntryRow): IncidentEntry => ({
  seq: seq.toString(),
  kind: kind as IncidentEntry['kind'],
  text,
  at: at.toISOString(),
  by,
});

/** An incident with everything that people added. */
export type StoredIncident = { incident: Incident; entries: IncidentEntry[] };
/** For lists: of its entries only those that say how it stands, and how many notes there are. */
export type ListedIncident = StoredIncident & { notes: number };
/** Where a page of the list ended. */
export type IncidentPosition = { openedAt: Date; id: string };

/** Incidents: rows are added and never changed, by nobody (the app's role may not). */
export const createIncidentStore = (db: PrismaScope) => ({
  async create(incident: Omit<Incident, 'openedAt'> & { openedAt: Date }): Promise<Incident> {
    const row = await db.incident.create({
      data: { ...incident, about: incident.about as unknown as Prisma.InputJsonValue },
    });
    return toIncident(row, []);
  },

  /** Queues those who change one incident, until the transaction ends. */
  async lock(id: string): Promise<void> {
    await db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`incident ${id}`}, 0))`;
  },

  async read(id: string): Promise<StoredIncident | null> {
    const row = await db.incident.findUnique({
      where: { id },
      include: { entries: { orderBy: { seq: 'asc' } } },
    });
    if (!row) return null;
    const { entries, ...incident } = row;
    return { incident: toIncident(incident, entries), entries: entries.map(toEntry) };
  },

  async add(
    incidentId: string,
    { about, ...entry }: Omit<IncidentEntry, 'seq' | 'at'> & { at: Date; about: IncidentAbout | null },
  ): Promise<IncidentEntry> {
    const added = about === null ? {} : { about: about as unknown as Prisma.InputJsonObject };
    return toEntry(await db.incidentEntry.create({ data: { incidentId, ...entry, ...added } }));
  },

  /** Keeps what had joined by a closing. */
  async keep(incidentId: string, closing: Pick<IncidentEntry, 'seq'>, joined: Joined): Promise<void> {
    const record = JSON.stringify(joined).replaceAll('\\u0000', '\\ufffd');
    await db.$executeRaw`
      INSERT INTO incident_record (entry_seq, incident_id, record)
      VALUES (${BigInt(closing.seq)}, ${incidentId}, ${record}::jsonb)`;
  },

  /** What had joined by a closing; null when that was not kept. */
  async kept(closing: Pick<IncidentEntry, 'seq'>): Promise<Joined | null> {
    const row = await db.incidentRecord.findUnique({ where: { entrySeq: BigInt(closing.seq) } });
    return row && (row.record as unknown as Joined);
  },

  /** Newest first. */
  async list(page: { limit: number; after: IncidentPosition | null }): Promise<ListedIncident[]> {
    const { after } = page;
    const rows = await db.incident.findMany({
      ...(after === null
        ? {}
        : {
            where: {
              OR: [{ openedAt: { lt: after.openedAt } }, { openedAt: after.openedAt, id: { lt: after.id } }],
            },
          }),
      orderBy: [{ openedAt: 'desc' }, { id: 'desc' }],
      take: page.limit,
      include: {
        entries: { where: { kind: { not: 'note' } }, orderBy: { seq: 'asc' } },
        _count: { select: { entries: { where: { kind: 'note' } } } },
      },
    });
    return rows.map(({ entries, _count, ...row }) => ({
      incident: toIncident(row, entries),
      entries: entries.map(toEntry),
      notes: _count.entries,
    }));
  },
});
export type IncidentStore = ReturnType<typeof createIncidentStore>;
