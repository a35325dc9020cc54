import { setTimeout as sleep } from 'node:timers/promises';
import type { Masks } from '#lib/domain/dead-letters/masks.ts';
import type { RecordSchemas } from '#lib/domain/dead-letters/record-view.ts';
import type { LogRecord } from '#lib/domain/kernel/record.ts';
import type { DeclaredContract } from '#lib/domain/schemas/contract.ts';
import { checkContract } from '#lib/registry/check-contract.ts';
import { decodePayload } from '#lib/registry/decode-payload.ts';
import type { SchemaRegistry } from '#lib/registry/port.ts';

/** Less than a read may take: a slow registry costs the decoding, not the record. */
const withinMs = 8000;
const tooSlow = `The schema registry took more than ${withinMs} ms in all.`;
const late: RecordSchemas = {
  ...{ key: null, value: null },
  contract: { verdict: { state: 'unknown', why: tooSlow }, contract: null },
};

async function look(
  registry: SchemaRegistry | null,
  record: Pick<LogRecord, 'key' | 'value'>,
  contract: DeclaredContract | null,
): Promise<RecordSchemas> {
  const subject = contract?.kind === 'subject' ? contract.subject : null;
  const value = await decodePayload(registry, record.value, subject);
  const key = await decodePayload(registry, record.key, null);
  return {
    key: key.decoded,
    value: value.decoded,
    contract: contract === null ? null : await checkContract(registry, contract, value.written),
  };
}

/**
 * What schemas make of a record, and whether it satisfies the contract. Asked also for those who may not see payloads, where masks are declared:
 * what they hide in the value is hidden in messages and headers too.
 * @param registry null where the cluster declares none
 * @param contract null when nobody asks
 */
export async function readSchemas(
  registry: SchemaRegistry | null,
  record: Pick<LogRecord, 'key' | 'value'>,
  { masks, withPayload, contract }: { masks: Masks; withPayload: boolean; contract: DeclaredContract | null },
): Promise<RecordSchemas | undefined> {
  if (!withPayload && masks.pointers.length === 0) return undefined;
  const stop = new AbortController();
  const inTime = sleep(withinMs, late, { signal: stop.signal, ref: false });
  inTime.catch(() => undefined); // it was not needed
  try {
    return await Promise.race([look(registry, record, withPayload ? contract : null), inTime]);
  } finally {
    stop.abort();
  }
}
