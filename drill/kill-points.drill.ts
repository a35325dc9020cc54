import { createTestDatabase } from '#fixtures/database.ts';
import { upTo } from '#fixtures/execution.ts';
import { type KillTrial, killTrial } from '#fixtures/kill-trial.ts';
import { type KillPoint, killPoints } from '#lib/usecases/execute/kill-point.ts';

/** `npm run drill -- kill-points [seeds a point] [records]`: real workers, killed at every named point at a pass that the seed decides. */
const seeds = Number(process.argv[2] ?? 3);
const records = Number(process.argv[3] ?? 2000);
const once: readonly KillPoint[] = ['claimed', 'producer_open', 'before_audit'];

type Row = {
  point: KillPoint;
  trials: number;
  records: number;
  lost: number;
  twice: number;
  falseClaims: number;
  resumedMs: number;
};

function judge(row: Row, trial: KillTrial): void {
  const seen = new Set(trial.found);
  row.trials++;
  row.records += records;
  row.lost += upTo(records).filter((n) => !seen.has(n)).length;
  row.twice += trial.found.length - seen.size;
  // A claim is false when the ledger or the final state says something else than the log holds.
  const claimed =
    trial.counts.replayed === seen.size && trial.counts.unknown === 0 && trial.ended.state === 'verified';
  if (!claimed || trial.reached !== row.point) row.falseClaims++;
  row.resumedMs = Math.max(row.resumedMs, trial.resumedMs ?? 0);
}

const test = await createTestDatabase();
const rows: Row[] = [];
try {
  for (const point of killPoints) {
    const row: Row = { point, trials: 0, records: 0, lost: 0, twice: 0, falseClaims: 0, resumedMs: 0 };
    rows.push(row);
    for (let seed = 0; seed < seeds; seed++) {
      const pass = once.includes(point) ? 1 : 1 + ((seed * 7 + killPoints.indexOf(point)) % 4);
      judge(row, await killTrial(test, { point, pass, records, recordsPerSecond: Math.ceil(records / 4) }));
      console.log(
        `${point} seed ${seed} (pass ${pass}): lost ${row.lost}, twice ${row.twice}, false claims ${row.falseClaims}`,
      );
    }
  }
} finally {
  await test.drop();
}
console.table(
  rows.map(({ resumedMs, ...row }) => ({ ...row, secondsToResumeMax: (resumedMs / 1000).toFixed(1) })),
);
const bad = rows.reduce((sum, row) => sum + row.lost + row.twice + row.falseClaims, 0);
const total = rows.reduce((sum, row) => sum + row.records, 0);
console.log(
  `${total} records replayed over ${rows.length} kill points: ${bad} lost, twice or falsely claimed`,
);
process.exit(bad === 0 ? 0 : 1);
