import { setImmediate as breathe } from 'node:timers/promises';
import type { Database } from '#lib/store/database.ts';
import type { StoredSample } from '#lib/store/lag-history.ts';
import { type BodyValue, packBody, unpackBody, worseBody, worseValue } from '#lib/store/lag-history-body.ts';
import type { SampleRow } from '#lib/store/lag-history-writes.ts';

const minuteMs = 60_000;
const layoutsPerPage = 100;
/** Samples of a minute are all in when it has been over for this long. */
const settleMs = 5_000;
/** After a long pause a few hours are caught up a call, so that nothing waits for it. */
const minutesPerCall = 240;

const floorMinute = (ms: number) => Math.floor(ms / minuteMs) * minuteMs;

/**
 * Rolls the minutes that are over up into their worst values, from where it last stood: a restart loses nothing as long as the 10 s samples are
 * there, and doing a minute again changes nothing. Answers how many minutes were done.
 */
export async function rollUp(
  database: Pick<Database, 'stores' | 'collectorWriter'>,
  cluster: string,
  now: Date,
): Promise<number> {
  const { history } = database.stores.lag;
  const untilMs = floorMinute(now.getTime() - settleMs);
  const rolledTo = await history.rolledTo(cluster);
  const first = await history.firstSampleAt(cluster, rolledTo ?? new Date(0));
  const fromMs = first === null ? untilMs : Math.max(floorMinute(first.getTime()), rolledTo?.getTime() ?? 0);
  let done = 0;
  for (let atMs = fromMs; atMs < untilMs && done < minutesPerCall; atMs += minuteMs) {
    await rollUpMinute(database, cluster, new Date(atMs));
    done += 1;
  }
  if (done > 0) await history.saveRolledTo(cluster, new Date(fromMs + done * minuteMs));
  return done;
}

async function rollUpMinute(
  database: Pick<Database, 'stores' | 'collectorWriter'>,
  cluster: string,
  minute: Date,
): Promise<void> {
  const { history } = database.stores.lag;
  await history.makePartitions(minute);
  const range = { from: minute, to: new Date(minute.getTime() + minuteMs) };
  for (let after = 0; ; ) {
    const reached = await history.layoutAfter(cluster, minute, after, layoutsPerPage);
    if (reached === null) return;
    const samples = await history.samples(cluster, range, { after, layouts: layoutsPerPage });
    await database.collectorWriter.stores.history.append('1m', minute, worstOf(samples));
    after = reached;
    await breathe();
  }
}

/** One row a layout. @param samples ordered by layout */
export function worstOf(samples: readonly StoredSample[]): SampleRow[] {
  const rows: SampleRow[] = [];
  let [layout, total, values]: [number, BodyValue, BodyValue[]] = [-1, { lagRecords: null, lagMs: null }, []];
  const close = () => {
    if (layout >= 0) rows.push({ layout, ...total, body: packBody(values) });
  };
  for (const sample of samples) {
    const { lagRecords, lagMs, body } = sample;
    const value = { lagRecords, lagMs: lagMs === null ? null : Number(lagMs) };
    if (sample.layout === layout) {
      total = worseValue(total, value);
      values = worseBody(values, unpackBody(body));
    } else {
      close();
      [layout, total, values] = [sample.layout, value, unpackBody(body)];
    }
  }
  close();
  return rows;
}
