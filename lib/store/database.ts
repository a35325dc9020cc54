import { createAlertEventStore } from './alert-events.ts';
import { createAlertStore } from './alerts.ts';
import { createAuditStore } from './audit.ts';
import { createAuditAnchorStore } from './audit-anchors.ts';
import { createBreakGlassStore } from './break-glass.ts';
import { createChangeStore } from './changes.ts';
import { createClusterWatchStore } from './cluster-watch.ts';
import { type CollectorWriter, createCollectorWriter } from './collector-writer.ts';
import { createDeadLetterArrivalStore } from './dead-letter-arrivals.ts';
import { createDeadLetterCompactionStore } from './dead-letter-compaction.ts';
import { createDeadLetterCopyStore } from './dead-letter-copies.ts';
import { createDeadLetterDecisionStore } from './dead-letter-decisions.ts';
import { createDeadLetterDiscoveryStore } from './dead-letter-discovery.ts';
import { createDeadLetterDistinctStore } from './dead-letter-distinct.ts';
import { createDeadLetterExcerptStore } from './dead-letter-excerpts.ts';
import { createDeadLetterExpiryStore } from './dead-letter-expiry.ts';
import { createDeadLetterGroupingStore } from './dead-letter-grouping.ts';
import { createDeadLetterGroupStore } from './dead-letter-groups.ts';
import { createDeadLetterHistoryStore } from './dead-letter-history.ts';
import { createDeadLetterIndexStore } from './dead-letter-index.ts';
import { createDeadLetterKeyStore } from './dead-letter-keys.ts';
import { createDeadLetterMatchStore } from './dead-letter-matches.ts';
import { createDeadLetterPointerStore } from './dead-letter-pointers.ts';
import { createDeadLetterRegroupStore } from './dead-letter-regroup.ts';
import { createDeadLetterSourceStore } from './dead-letter-sources.ts';
import { createDeadLetterSummaryStore } from './dead-letter-summaries.ts';
import { createDeadLetterValueStore } from './dead-letter-values.ts';
import { createDeadLetterWaveStore } from './dead-letter-waves.ts';
import { createDeadLetterWriter, type DeadLetterWriter } from './dead-letter-writer.ts';
import { createDeadLetterStore } from './dead-letters.ts';
import { createDispositionStore } from './dispositions.ts';
import { createFailureMoveStore } from './failure-moves.ts';
import { createFailureStateStore } from './failure-states.ts';
import { createFlowCheckStore } from './flow-checks.ts';
import { createFlowVersionStore } from './flow-versions.ts';
import { createGroupEventStore } from './group-events.ts';
import { createHealthStore } from './health.ts';
import { createIdempotencyStore } from './idempotency.ts';
import { createIdentityStore } from './identities.ts';
import { createIncidentSourceStore } from './incident-sources.ts';
import { createIncidentStore } from './incidents.ts';
import { createLagStore } from './lag.ts';
import { createLeaseStore } from './leases.ts';
import { createLineageAttemptStore } from './lineage-attempts.ts';
import { createManifestChunkStore } from './manifest-chunks.ts';
import { createMarkerStore } from './markers.ts';
import { createNotificationStore } from './notifications.ts';
import { createPlanHoldStore } from './plan-holds.ts';
import { createPlanStagings, type PlanStagings } from './plan-staging.ts';
import { createPolicyStore } from './policies.ts';
import { createPreserveSelectionStore } from './preserve-selection.ts';
import { openPrisma, type PrismaScope } from './prisma.ts';
import { createReplayApprovalStore } from './replay-approvals.ts';
import { createReplayBatchStore } from './replay-batches.ts';
import { createReplayDecisionStore } from './replay-decisions.ts';
import { createReplayEvidenceStore } from './replay-evidence.ts';
import { createReplayPaceStore } from './replay-paces.ts';
import { createReplayProgressStore } from './replay-progress.ts';
import { createReplayReservationStore } from './replay-reservations.ts';
import { createReplayReturnStore } from './replay-returns.ts';
import { createReplaySelectionStore } from './replay-selection.ts';
import { createReplayStore } from './replays.ts';
import { createSelfHealthStore } from './self-health.ts';
import { createSessionStore } from './sessions.ts';
import { createThrottleStore } from './throttle.ts';
import { createTokenStore } from './tokens.ts';
import { createUserStore } from './users.ts';
import { createWorkerStore } from './workers.ts';
import { createWritePermissionStore } from './write-permissions.ts';

const createStores = (db: PrismaScope) => ({
  deadLetters: createDeadLetterStore(db),
  deadLetterArrivals: createDeadLetterArrivalStore(db),
  deadLetterCompaction: createDeadLetterCompactionStore(db),
  deadLetterDecisions: createDeadLetterDecisionStore(db),
  deadLetterCopies: createDeadLetterCopyStore(db),
  deadLetterExcerpts: createDeadLetterExcerptStore(db),
  deadLetterExpiry: createDeadLetterExpiryStore(db),
  deadLetterDiscovery: createDeadLetterDiscoveryStore(db),
  deadLetterDistinct: createDeadLetterDistinctStore(db),
  deadLetterGroups: createDeadLetterGroupStore(db),
  deadLetterGrouping: createDeadLetterGroupingStore(db),
  deadLetterHistory: createDeadLetterHistoryStore(db),
  deadLetterIndex: createDeadLetterIndexStore(db),
  deadLetterMatches: createDeadLetterMatchStore(db),
  deadLetterPointers: createDeadLetterPointerStore(db),
  deadLetterRegroup: createDeadLetterRegroupStore(db),
  deadLetterSources: createDeadLetterSourceStore(db),
  deadLetterSummaries: createDeadLetterSummaryStore(db),
  deadLetterValues: createDeadLetterValueStore(db),
  planHolds: createPlanHoldStore(db),
  deadLetterWaves: createDeadLetterWaveStore(db),
  policies: createPolicyStore(db),
  replays: createReplayStore(db),
  replayApprovals: createReplayApprovalStore(db),
  replayBatches: createReplayBatchStore(db),
  replayReturns: createReplayReturnStore(db),
  failureMoves: createFailureMoveStore(db),
  failureStates: createFailureStateStore(db),
  deadLetterKeys: createDeadLetterKeyStore(db),
  flowChecks: createFlowCheckStore(db),
  flowVersions: createFlowVersionStore(db),
  dispositions: createDispositionStore(db),
  replayReservations: createReplayReservationStore(db),
  replayPaces: createReplayPaceStore(db),
  replayProgress: createReplayProgressStore(db),
  preserveSelection: createPreserveSelectionStore(db),
  replaySelection: createReplaySelectionStore(db),
  replayDecisions: createReplayDecisionStore(db),
  replayEvidence: createReplayEvidenceStore(db),
  manifestChunks: createManifestChunkStore(db),
  lineageAttempts: createLineageAttemptStore(db),
  leases: createLeaseStore(db),
  lag: createLagStore(db),
  groupEvents: createGroupEventStore(db),
  clusterWatch: createClusterWatchStore(db),
  users: createUserStore(db),
  sessions: createSessionStore(db),
  tokens: createTokenStore(db),
  throttle: createThrottleStore(db),
  idempotency: createIdempotencyStore(db),
  identities: createIdentityStore(db),
  audit: createAuditStore(db),
  auditAnchors: createAuditAnchorStore(db),
  markers: createMarkerStore(db),
  alerts: createAlertStore(db),
  alertEvents: createAlertEventStore(db),
  incidents: createIncidentStore(db),
  incidentSources: createIncidentSourceStore(db),
  notifications: createNotificationStore(db),
  breakGlass: createBreakGlassStore(db),
  changes: createChangeStore(db),
  selfHealth: createSelfHealthStore(db),
  health: createHealthStore(db),
  workers: createWorkerStore(db),
  writePermissions: createWritePermissionStore(db),
});
/** Every aggregate's store, all bound to the same connection or transaction. */
export type Stores = ReturnType<typeof createStores>;

export type Database = {
  stores: Stores;
  deadLetterWriter: Pick<DeadLetterWriter, 'write'>;
  planStagings: Pick<PlanStagings, 'stage'>;
  collectorWriter: Pick<CollectorWriter, 'stores' | 'transact'>;
  /**
   * Runs `work` in one transaction; whatever it throws rolls all of it back.
   * @param options.timeoutMs for work that may take longer than 30 s; it may never wait for anything but its own statements
   */
  transact<T>(work: (stores: Stores) => Promise<T>, options?: { timeoutMs: number }): Promise<T>;
  /**
   * Reads in one transaction in which no statement takes longer than `statementMs`.
   * @throws what `isStatementTimeout` tells, when one did
   */
  within<T>(statementMs: number, work: (stores: Stores) => Promise<T>): Promise<T>;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
  /** What time it is there. */
  time(): Promise<Date>;
  close(): Promise<void>;
};

/** Beyond `maxConnections`, and only where dead letters are indexed. */
const writerConnections = 2;
/** The same where lag is collected: a round, and what is beside it, of several clusters. */
const collectorConnections = 4;
/** Plans in the making at once, with two connections each; more of them wait. */
const maxPlans = 3;

/**
 * @param appUrl connection string of the role that owns nothing (lib/store/migrations/app-role.ts)
 * @param options.idleInTransactionMs after so long without a statement a transaction is ended by the server; 10 s when not given
 */
export function openDatabase(
  appUrl: string,
  options: { maxConnections: number; idleInTransactionMs?: number },
): Database {
  const prisma = openPrisma(appUrl, options);
  const deadLetterWriter = createDeadLetterWriter(appUrl, { maxConnections: writerConnections });
  const collectorWriter = createCollectorWriter(appUrl, { ...options, maxConnections: collectorConnections });
  const transact: Database['transact'] = (work, { timeoutMs } = { timeoutMs: 30_000 }) =>
    prisma.$transaction((scope) => work(createStores(scope)), { timeout: timeoutMs, maxWait: 10_000 });
  const planStagings = createPlanStagings(appUrl, {
    maxPlans,
    discard: (planId) => transact((stores) => stores.planHolds.discard([planId])),
  });
  return {
    stores: createStores(prisma),
    deadLetterWriter,
    planStagings,
    collectorWriter,
    transact,
    within: (statementMs, work) =>
      prisma.$transaction(
        async (scope) => {
          await scope.$queryRaw`SELECT set_config('statement_timeout', ${String(statementMs)}, TRUE)`;
          return work(createStores(scope));
        },
        { timeout: 10 * statementMs, maxWait: 10_000 },
      ),
    ping: async () => {
      await prisma.$queryRaw`SELECT 1`;
    },
    time: async () => {
      const [row] = await prisma.$queryRaw<{ at: Date }[]>`SELECT clock_timestamp() AS at`;
      if (!row) throw new Error('The database did not say what time it is.');
      return row.at;
    },
    close: async () => {
      await Promise.all([
        prisma.$disconnect(),
        deadLetterWriter.close(),
        collectorWriter.close(),
        planStagings.close(),
      ]);
    },
  };
}
