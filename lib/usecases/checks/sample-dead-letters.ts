import type { PayloadReader } from '#lib/broker/payload/payload-reader.ts';
import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import { BrokerFailure } from '#lib/broker/port/failure.ts';
import type { Config } from '#lib/config/config.ts';
import { type Known, known, notKnown, type SampleFacts } from '#lib/domain/checks/facts.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { LogRecord } from '#lib/domain/kernel/record.ts';
import { idempotencyKey } from '#lib/domain/replays/idempotency-key.ts';
import type { Database } from '#lib/store/database.ts';
import type { DeadLetterRecordRow } from '#lib/store/dead-letter-rows.ts';
import type { TopicPlace } from '#lib/store/topic-place.ts';
import { declaredContract } from '../declared-contract.ts';
import { contractChecks } from '../plan/contract-checks.ts';
import { withinSearchLimit } from '../search-limit.ts';
import { asKnown } from './read-topics.ts';

/** The newest open ones: what fails now says more than what failed once. */
const looked = 50;
const fetchBytes = 1_048_576;

export type SampleDeps = {
  database: Pick<Database, 'within'>;
  config: Pick<Config, 'file'>;
  cluster: Pick<ClusterConnection, 'admin' | 'reader'>;
  payloads: Pick<PayloadReader, 'check'>;
};

/** Reads a few dead letters of a flow as they stand in the log. What could not be read is not counted. */
export async function sampleDeadLetters(deps: SampleDeps, flow: Flow): Promise<Known<SampleFacts>> {
  if (flow.deadLetters === null) return notKnown('The flow declares no dead-letter topic.');
  const place = await placeOf(deps.cluster, flow.deadLetters);
  if (!place.known) return place;
  const newest = await newestOpen(deps, place.value);
  if (!newest.known) return newest;
  const rows = newest.value;
  const read = await readRows(deps, rows);
  if (!read.known) return read;
  const records = read.value;
  return known({
    records: records.length,
    withoutKey: records.filter(({ key }) => key === null).length,
    pointers: rows.filter(({ pointer }) => pointer).length,
    effectKeyMissing: keysMissing(flow, records),
    contract: await heldAgainstContract(deps, flow, rows),
  });
}

async function newestOpen(
  { database }: SampleDeps,
  place: TopicPlace,
): Promise<Known<readonly DeadLetterRecordRow[]>> {
  const filter = { disposition: 'open', searchKeys: false, searchMessages: false } as const;
  try {
    return known(
      await withinSearchLimit(database, (stores) =>
        stores.deadLetters.listRecords(place, filter, { limit: looked, after: null }),
      ),
    );
  } catch (error) {
    if (error instanceof SluiceError && error.code === 'search_too_slow') return notKnown(error.message);
    throw error;
  }
}

/** By the ids of now: what the index holds of a topic that was deleted says nothing of this one. */
async function placeOf(
  { admin }: Pick<ClusterConnection, 'admin'>,
  topic: string,
): Promise<Known<{ clusterId: string; topicId: string }>> {
  const asked = await asKnown(Promise.all([admin.describeCluster(), admin.describeTopics([topic])]));
  if (!asked.known) return asked;
  const [{ clusterId }, [found]] = asked.value;
  return found ? known({ clusterId, topicId: found.topicId }) : notKnown(`${topic} does not exist.`);
}

async function readRows(
  { cluster: { reader } }: SampleDeps,
  rows: readonly DeadLetterRecordRow[],
): Promise<Known<LogRecord[]>> {
  const records: LogRecord[] = [];
  for (const { topicId, partition, offset } of rows) {
    try {
      const record = await reader.fetchOne({
        ...{ topicId, partition, offset, maxBytes: fetchBytes },
        isolation: 'read_committed',
      });
      if (record) records.push(record);
    } catch (error) {
      if (!(error instanceof BrokerFailure)) throw error;
      if (error.kind !== 'record_too_large' && error.kind !== 'offset_out_of_range')
        return notKnown(error.message);
    }
  }
  return known(records);
}

const keysMissing = ({ boundary }: Flow, records: readonly LogRecord[]): ReadonlyMap<string, number> =>
  new Map(
    boundary.effects.flatMap(({ what, idempotencyKey: spec }) =>
      spec === null || records.length === 0
        ? []
        : [[what, records.filter((record) => idempotencyKey(spec, record) === null).length] as const],
    ),
  );

async function heldAgainstContract(
  { config, payloads }: SampleDeps,
  flow: Flow,
  rows: readonly DeadLetterRecordRow[],
): Promise<SampleFacts['contract']> {
  const [first] = rows;
  if (flow.boundary.contract === null || !first) return null;
  const checks = contractChecks(payloads, {
    ...{ cluster: flow.cluster, topicId: first.topicId, mask: flow.mask },
    contract: await declaredContract(config, flow),
  });
  if (checks.none !== null) return null;
  const samples = await checks.begin().check(rows);
  const broken = samples.filter((sample) => sample?.state === 'violates');
  const checked = samples.filter((sample) => sample?.state === 'fits').length + broken.length;
  const [worst] = broken;
  return {
    checked,
    broken: broken.length,
    example: worst?.state === 'violates' ? worst.path : null,
  };
}
