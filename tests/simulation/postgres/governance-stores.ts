import { userId } from '#lib/domain/kernel/brand.ts';
import type { AuditStore } from '#lib/store/audit.ts';
import type { FlowVersionStore } from '#lib/store/flow-versions.ts';
import type { ManifestChunkStore } from '#lib/store/manifest-chunks.ts';
import type { PolicyStore } from '#lib/store/policies.ts';
import type { ReplayApprovalStore } from '#lib/store/replay-approvals.ts';
import type { UserStore } from '#lib/store/users.ts';
import type { Statements } from './statements.ts';
import type { Transaction } from './transaction.ts';

const newest = (rows: Transaction) => rows.all('policy').sort((a, b) => b.version - a.version)[0] ?? null;

export const simulatePolicies = (db: Statements): Pick<PolicyStore, 'current' | 'ensureCurrent'> => ({
  current: () =>
    db.run('the current policy', (rows) => {
      const current = newest(rows);
      const sealed = rows.get('policy', '1');
      return current && sealed && db.broken === 'policy_not_compared'
        ? { ...current, hash: sealed.hash }
        : current;
    }),
  ensureCurrent: (hash, _content, at) =>
    db.run('register the policy', (rows) => {
      rows.lock('policy', 'register', 'update');
      const current = newest(rows);
      if (current?.hash === hash) return { version: current, created: false };
      const version = { version: (current?.version ?? 0) + 1, hash, createdAt: at };
      rows.put('policy', String(version.version), version);
      return { version, created: true };
    }),
});

/** Versions of declarations are registered beside the policy that covers them; nothing that executes or decides reads them. */
export const simulateFlowVersions = (db: Statements): Pick<FlowVersionStore, 'ensureCurrent'> => ({
  ensureCurrent: () => db.run('register declarations', () => []),
});

export const simulateApprovals = (db: Statements): Pick<ReplayApprovalStore, 'of' | 'add'> => ({
  of: (replayId) =>
    db.run(`approvals of ${replayId}`, (rows) => {
      const approvals = rows.all('approval').filter((approval) => approval.replayId === replayId);
      if (db.broken !== 'approvals_made_up') return approvals;
      return [...approvals, ...approvals.map((each) => ({ ...each, userId: userId('nobody') }))];
    }),
  add: (replayId, approval) =>
    db.run(`approval of ${replayId} by ${approval.by}`, (rows) => {
      const key = `${replayId}/${approval.userId}/${approval.digest}/${approval.round}`;
      rows.lock('approval', key, 'update');
      if (rows.get('approval', key)) return false;
      rows.put('approval', key, { ...approval, replayId });
      return true;
    }),
});

export const simulateChunks = (db: Statements): ManifestChunkStore => ({
  replace: (replayId, chunks) =>
    db.run(`freeze ${replayId}`, (rows) => {
      for (const { index } of rows.all('chunk').filter((chunk) => chunk.replayId === replayId))
        rows.put('chunk', `${replayId}/${index}`, null);
      for (const chunk of chunks) rows.put('chunk', `${replayId}/${chunk.index}`, { ...chunk, replayId });
    }),
  outline: (replayId) =>
    db.run(`outline of ${replayId}`, (rows) =>
      rows.all('chunk').filter((chunk) => chunk.replayId === replayId),
    ),
  read: (replayId, index) =>
    db.run(`chunk ${index} of ${replayId}`, (rows) => rows.get('chunk', `${replayId}/${index}`) ?? null),
});

export const simulateAudit = (db: Statements): Pick<AuditStore, 'append'> => ({
  append: (entry) =>
    db.run(`audit ${entry.action}`, (rows): void => {
      rows.lock('audit', 'head', 'update');
      rows.put('audit', String(rows.all('audit').length + 1), entry);
    }),
});

const longAgo = new Date(0);

/** Everybody set their own password, long ago. */
export const simulateUsers = (db: Statements): Pick<UserStore, 'byId'> => ({
  byId: (id) =>
    db.run(`user ${id}`, () => ({
      id,
      name: id,
      createdAt: longAgo,
      credentialsChangedAt: longAgo,
      credentialsChangedBy: id,
      disabledAt: null,
      grants: [],
    })),
});
