import { execFileSync, spawnSync } from 'node:child_process';
import { createTestDatabase } from '#fixtures/database.ts';
import { governedFlow } from '#fixtures/governance.ts';
import { draftReplay } from '#lib/usecases/draft-replay.ts';
import { planReplay } from '#lib/usecases/plan-replay.ts';
import { withdrawReplay } from '#lib/usecases/steer-replay.ts';
import { webFlags } from '../scripts/launcher/parts.ts';

// The web plans: what it holds depends on the flags that it runs under.
if (!webFlags.every((flag) => process.execArgv.includes(flag))) {
  const self = process.argv.slice(1);
  process.exit(spawnSync(process.execPath, [...webFlags, ...self], { stdio: 'inherit' }).status ?? 1);
}

/** `npm run bench -- plan [records] [times]`: planning a replay of so many dead letters of 500 bytes, and what this process holds at most meanwhile. */
const records = Number(process.argv[2] ?? 100_000);
const times = Number(process.argv[3] ?? 1);
const mebibytes = (bytes: number) => Math.round(bytes / 1_048_576);
const seconds = (ms: number) => (ms / 1000).toFixed(1);

const test = await createTestDatabase();
const bounds = { maxRecords: records, maxBytes: records * 2000 };
const g = await governedFlow(test.database, { policy: bounds });
try {
  const began = performance.now();
  const place = { clusterId: g.clusterId, topicId: g.dlqTopicId, topic: g.topics.dlq };
  const script = new URL('plan/write-letters.ts', import.meta.url).pathname;
  const args = [script, test.appUrl, JSON.stringify(place), JSON.stringify(g.topics), String(records)];
  execFileSync(process.execPath, args, { stdio: 'inherit' });
  console.log(`${records} dead letters written and indexed in ${seconds(performance.now() - began)} s`);
  const ana = g.person('ana');
  for (let time = 0; time < times; time++) {
    const draft = await draftReplay(g.deps, ana, g.draftBody({ bounds }));
    const before = process.memoryUsage.rss();
    let most = before;
    const started = performance.now();
    const sampler = setInterval(() => {
      most = Math.max(most, process.memoryUsage.rss());
    }, 50);
    const cpu = process.cpuUsage();
    const { plan, state } = await planReplay(g.deps, ana, draft.id);
    const ms = performance.now() - started;
    const { user, system } = process.cpuUsage(cpu);
    clearInterval(sampler);
    if (plan?.manifest.records !== records)
      throw new Error(`${plan?.manifest.records} records were planned, not ${records} (${state}).`);
    console.log(
      `planning: ${Math.round((records / ms) * 1000)} records/s, ${seconds(ms)} s (${seconds((user + system) / 1000)} s of this process's CPU); resident ${mebibytes(before)} MB before, ${mebibytes(most)} MB at most`,
    );
    await withdrawReplay(g.deps, ana, draft.id);
  }
} finally {
  await g.close();
  await test.drop();
}
process.exit(0);
