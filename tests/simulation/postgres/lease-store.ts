import type { LeaseStore } from '#lib/store/leases.ts';
import type { Statements } from './statements.ts';

/** lib/store/leases.ts over simulated rows, by the database's time. */
export const simulateLeases = (db: Statements): LeaseStore => ({
  acquire: (name, holder, ttlMs) =>
    db.run(`acquire ${name}`, (rows) => {
      rows.lock('lease', name, 'update');
      const row = rows.get('lease', name);
      const valid = row !== undefined && row.expiresAtMs > db.now();
      if (row && row.holder !== holder && valid) return null;
      const token = row === undefined ? 1n : row.holder === holder && valid ? row.token : row.token + 1n;
      rows.put('lease', name, { name, holder, token, expiresAtMs: db.now() + ttlMs });
      return { name, holder, token };
    }),

  renew: (lease, ttlMs) =>
    db.run(`renew ${lease.name}`, (rows) => {
      if (db.broken === 'lease_without_token') return true;
      rows.lock('lease', lease.name, 'update');
      const row = rows.get('lease', lease.name);
      if (row?.token !== lease.token || row.holder !== lease.holder || row.expiresAtMs <= db.now())
        return false;
      rows.put('lease', lease.name, { ...row, expiresAtMs: db.now() + ttlMs });
      return true;
    }),

  holds: (lease) =>
    db.run(`holds ${lease.name}`, (rows) => {
      if (db.broken === 'lease_without_token') return true;
      if (db.broken !== 'lease_not_locked') rows.lock('lease', lease.name, 'share');
      const row = rows.get('lease', lease.name);
      return row?.token === lease.token && row.holder === lease.holder && row.expiresAtMs > db.now();
    }),

  release: (lease) =>
    db.run(`release ${lease.name}`, (rows) => {
      rows.lock('lease', lease.name, 'update');
      const row = rows.get('lease', lease.name);
      if (row?.token !== lease.token || row.holder !== lease.holder) return;
      rows.put('lease', lease.name, { ...row, expiresAtMs: db.now() });
    }),
});
