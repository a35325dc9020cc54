import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createTestDatabase } from '#fixtures/database.ts';
import { governedFlow } from '#fixtures/governance.ts';
import { draftReplay } from '#lib/usecases/draft-replay.ts';
import { planReplay } from '#lib/usecases/plan-replay.ts';
import { withdrawReplay } from '#lib/usecases/steer-replay.ts';
import { webFlags } from '../scripts/launcher/parts.ts';
import { bareCopy } from './plan/bare-copy.ts';

// The web plans: what it holds depends on the flags that it runs under.
if (!webFlags.every((flag) => process.execArgv.includes(flag))) {
  const self = process.argv.slice(1);
  process.exit(spawnSync(process.execPath, [...webFlags, ...self], { stdio: 'inherit' }).status ?? 1);
}

/** `npm run bench -- plan [records] [times]`: planning a replay of so many dead letters of 500 bytes, what this process holds at most meanwhile, and how much longer it takes than to read, hash and write them bare. */
const records = Number(process.argv[2] ?? 100_000);
const times = Number(process.argv[3] ?? 1);
const mebibytes = (bytes: number) => Math.round(bytes / 1_048_576);
const seconds = (ms: number) => (ms / 1000).toFixed(1);

/** The most that the process which decodes payloads has held so far, as Linux counts it: it reads the records of a large plan. */
function childPeakMebibytes(): string {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8');
  const peaks = (children.match(/\d+/g) ?? [])
    .map((pid) => /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
    .map((kilobytes) => Math.round(Number(kilobytes ?? 0) / 1024));
  return peaks.length === 0 ? 'not started' : `${Math.max(...peaks)} MB`;
}

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
  const planned: number[] = [];
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
      `planning: ${Math.round((records / ms) * 1000)} records/s, ${seconds(ms)} s (${seconds((user + system) / 1000)} s of this process's CPU); resident ${mebibytes(before)} MB before, ${mebibytes(most)} MB at most; the process that decodes payloads: ${childPeakMebibytes()}`,
    );
    planned.push(ms);
    await withdrawReplay(g.deps, ana, draft.id);
  }
  // Behind it: what this leaves in memory is not the plan's.
  const bare = await bareCopy(g.cluster.reader, { topicId: g.dlqTopicId, partitions: 2 }, test.ownerUrl);
  if (bare.records !== records) throw new Error(`${bare.records} records were read bare, not ${records}.`);
  console.log(
    `bare: each read once, hashed and written as a row of three columns, by the same client: ${seconds(bare.ms)} s; ratio: planning took ${(Math.min(...planned) / bare.ms).toFixed(1)} times as long`,
  );
} finally {
  await g.close();
  await test.drop();
}
process.exit(0);
