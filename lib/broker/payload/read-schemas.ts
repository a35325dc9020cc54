import { setTimeout as sleep } from 'node:timers/promises';
import type { Masks } from '#lib/domain/dead-letters/masks.ts';
import type { RecordSchemas } from '#lib/domain/dead-letters/record-view.ts';
import type { LogRecord } from '#lib/domain/kernel/record.ts';
import type { DeclaredContract } from '#lib/domain/schemas/contract.ts';
import type { DecodedPayload } from '#lib/domain/schemas/decoded.ts';
import { readSchemaHeader, type SchemaHeader } from '#lib/domain/schemas/schema-header.ts';
import { readFramed } from '#lib/domain/schemas/wire-format.ts';
import { checkContract } from '#lib/registry/check-contract.ts';
import { decodePayload } from '#lib/registry/decode-payload.ts';
import type { SchemaRegistry } from '#lib/registry/port.ts';

/** Less than a read may take: a slow registry costs the decoding, not the record. */
const recordMaxMs = 8000;
async function look(
  registry: SchemaRegistry | null,
  record: Pick<LogRecord, 'key' | 'value' | 'headers'>,
  contract: DeclaredContract | null,
): Promise<RecordSchemas> {
  const subject = contract?.kind === 'subject' ? contract.subject : null;
  const value = await decodePayload(
    registry,
    record.value,
    subject,
    readSchemaHeader(record.headers, 'value'),
  );
  const key = await decodePayload(registry, record.key, null, readSchemaHeader(record.headers, 'key'));
  return {
    key: key.decoded,
    value: value.decoded,
    contract: contract === null ? null : await checkContract(registry, contract, value.written),
  };
}

/** What a payload that names a schema is, as long as nobody has read that. */
const undecodedYet = (
  bytes: Uint8Array | null,
  header: SchemaHeader | null,
  why: string,
): DecodedPayload | null =>
  bytes === null || (header === null && readFramed(bytes) === null)
    ? null
    : { schema: noSchema, state: 'undecoded', why, path: null };
const noSchema = { id: null, guid: null, format: null, subject: null, version: null, name: null };

/** Whether its key or value names a schema: all others are what they are without one. */
export const namesSchema = ({ key, value, headers }: Pick<LogRecord, 'key' | 'value' | 'headers'>): boolean =>
  (value !== null && readFramed(value) !== null) ||
  (key !== null && readFramed(key) !== null) ||
  readSchemaHeader(headers, 'value') !== null ||
  readSchemaHeader(headers, 'key') !== null;

/**
 * What schemas make of a record, and whether it satisfies the contract. Asked also for those who may not see payloads, where masks are declared:
 * what they hide in the value is hidden in messages and headers too.
 * @param registry null where the cluster declares none
 * @param contract null when nobody asks
 * @param withinMs after which it is not decoded, and says so
 */
export async function readSchemas(
  registry: SchemaRegistry | null,
  record: Pick<LogRecord, 'key' | 'value' | 'headers'>,
  { masks, withPayload, contract }: { masks: Masks; withPayload: boolean; contract: DeclaredContract | null },
  withinMs = recordMaxMs,
): Promise<RecordSchemas | undefined> {
  if (!withPayload && masks.pointers.length === 0) return undefined;
  const why = `The schema registry took more than ${Math.ceil(withinMs)} ms in all.`;
  const late = (): RecordSchemas => ({
    key: undecodedYet(record.key, readSchemaHeader(record.headers, 'key'), why),
    value: undecodedYet(record.value, readSchemaHeader(record.headers, 'value'), why),
    contract: contract === null ? null : { verdict: { state: 'unknown', why }, contract: null },
  });
  const stop = new AbortController();
  const inTime = sleep(withinMs, undefined, { signal: stop.signal, ref: false }).then(late);
  inTime.catch(() => undefined); // it was not needed
  try {
    return await Promise.race([look(registry, record, withPayload ? contract : null), inTime]);
  } finally {
    stop.abort();
  }
}
