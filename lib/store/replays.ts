import { Prisma } from '#generated/prisma/client.ts';
import { replayId } from '#lib/domain/kernel/brand.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import type { ReplayState } from '#lib/domain/replays/state.ts';
import type { PrismaScope } from './prisma.ts';
import { type ReplayFilter, replayConditions } from './replay-filter.ts';
import { type ReplayChange, toColumns, toReplay } from './replay-rows.ts';

export type NewReplay = Omit<
  Replay,
  | 'revision'
  | 'resumesTo'
  | 'stateReason'
  | 'plan'
  | 'manifestRoot'
  | 'digest'
  | 'policyVersion'
  | 'policyHash'
  | 'evidenceHash'
  | 'run'
  | 'updatedAt'
  | 'plannedAt'
  | 'expiresAt'
  | 'submittedAt'
  | 'approvedAt'
  | 'startBy'
  | 'startedAt'
  | 'executedAt'
  | 'pausedAt'
  | 'pausedMs'
  | 'finishedAt'
>;

/** Newest first; `before` is the last item of the page before. */
export type ReplayPage = { limit: number; before?: { createdAt: Date; id: string } };

export const createReplayStore = (db: PrismaScope) => ({
  async create(replay: NewReplay): Promise<Replay> {
    const row = await db.replay.create({
      data: {
        id: replay.id,
        purpose: replay.purpose,
        cluster: replay.cluster,
        clusterId: replay.clusterId,
        flow: replay.flow,
        state: replay.state,
        requesterId: replay.requesterId,
        requester: replay.requester,
        preparedBy: [...replay.preparedBy],
        reason: replay.reason,
        ticket: replay.ticket,
        autoStart: replay.autoStart,
        sourceTopic: replay.source.topic,
        sourceTopicId: replay.source.topicId,
        selection: replay.source.selection as Prisma.InputJsonValue,
        destinationKind: replay.destination.kind,
        destinationTopic: replay.destination.topic,
        destinationTopicId: replay.destination.topicId,
        destinationPartitions: replay.destination.partitions,
        bounds: replay.bounds,
        canary: replay.canary,
        asked: [...replay.asked],
        draftedFor: replay.draftedFor,
        createdAt: replay.createdAt,
        updatedAt: replay.createdAt,
      },
    });
    return toReplay(row);
  },

  async read(id: string): Promise<Replay | null> {
    const row = await db.replay.findUnique({ where: { id } });
    return row && toReplay(row);
  },

  /** Reads and locks the row until the transaction ends, so that deciders of one replay queue up. */
  async readForUpdate(id: string): Promise<Replay | null> {
    await db.$queryRaw`SELECT 1 FROM replay WHERE id = ${id} FOR UPDATE`;
    return this.read(id);
  },

  /** What none of the places in `within` covers is left out before the page is cut: a page is only short where the list ends. */
  async list(filter: ReplayFilter, page: ReplayPage): Promise<Replay[]> {
    const where = await replayConditions(db, filter);
    if (page.before) {
      const { createdAt, id } = page.before;
      where.push({ OR: [{ createdAt: { lt: createdAt } }, { createdAt, id: { lt: id } }] });
    }
    const rows = await db.replay.findMany({
      where: { AND: where },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: page.limit,
    });
    return rows.map(toReplay);
  },

  /** Replays in these states, longest waiting first: the worker's work list. */
  async inStates(states: readonly ReplayState[], limit: number): Promise<Replay[]> {
    const rows = await db.replay.findMany({
      where: { state: { in: [...states] } },
      orderBy: { updatedAt: 'asc' },
      take: limit,
    });
    return rows.map(toReplay);
  },

  /** What was drafted for the records that came back from each, oldest first. */
  async draftedFor(replayIds: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const rows = await db.replay.findMany({
      where: { draftedFor: { in: [...replayIds] } },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      select: { id: true, draftedFor: true },
    });
    const drafts = new Map<string, string[]>(replayIds.map((id) => [id, []]));
    for (const { id, draftedFor } of rows) if (draftedFor !== null) drafts.get(draftedFor)?.push(id);
    return drafts;
  },

  /** Drafts of Sluice's own that nobody has planned or withdrawn yet. */
  async waitingDrafts(limit: number): Promise<Replay[]> {
    const rows = await db.replay.findMany({
      where: { state: 'draft', draftedFor: { not: null } },
      orderBy: { createdAt: 'asc' },
      take: limit,
    });
    return rows.map(toReplay);
  },

  /** Replays of a flow that were started since then, newest first. */
  async startedOf(
    flow: { cluster: string; name: string },
    since: Date,
    limit: number,
  ): Promise<Pick<Replay, 'id' | 'state' | 'run'>[]> {
    const rows = await db.replay.findMany({
      where: { cluster: flow.cluster, flow: flow.name, purpose: 'replay', startedAt: { gte: since } },
      orderBy: { startedAt: 'desc' },
      take: limit,
      select: { id: true, state: true, run: true },
    });
    return rows.map(({ id, state, run }) => ({
      id: replayId(id),
      state: state as ReplayState,
      run: run as Replay['run'],
    }));
  },

  /** Replays that came into this last state since then, newest first. */
  async endedSince(state: ReplayState, since: Date, limit: number): Promise<Replay[]> {
    const rows = await db.replay.findMany({
      where: { state, updatedAt: { gte: since } },
      orderBy: { updatedAt: 'desc' },
      take: limit,
    });
    return rows.map(toReplay);
  },

  /** Replays whose time for approving or starting ended before `now`. */
  async pastTheirLimit(now: Date, limit: number): Promise<Replay[]> {
    const rows = await db.replay.findMany({
      where: {
        OR: [
          { state: { in: ['planned', 'blocked', 'awaiting_approval'] }, expiresAt: { lt: now } },
          { state: 'approved', startBy: { lt: now } },
        ],
      },
      take: limit,
    });
    return rows.map(toReplay);
  },

  /**
   * Changes the replay if it still has this revision, and raises it.
   * @returns the replay as it stands now, or null when somebody else was faster (or it is gone): read again
   */
  async update(id: string, revision: number, change: ReplayChange, at: Date): Promise<Replay | null> {
    const { count } = await db.replay.updateMany({
      where: { id, revision },
      data: { ...toColumns(change, Prisma.DbNull), revision: { increment: 1 }, updatedAt: at },
    });
    return count === 1 ? this.read(id) : null;
  },
});
export type ReplayStore = ReturnType<typeof createReplayStore>;
