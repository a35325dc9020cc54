import { parseMasks } from '#lib/domain/dead-letters/masks.ts';
import { viewChecked } from '#lib/domain/dead-letters/record-view.ts';
import type { CheckedContract, ContractOf } from '#lib/domain/schemas/contract.ts';
import type { SchemaRegistry } from '#lib/registry/port.ts';
import type { ClusterConnection } from '../port/cluster.ts';
import { unreadableAt } from '../port/reader.ts';
import type { CheckAnswer, CheckRequest } from './protocol.ts';
import { readSchemas } from './read-schemas.ts';
import { fetchFrom } from './search-records.ts';

/** Whatever time is left: a registry that answers in this way is waited for. */
const checkingMinMs = 500;
const gone: CheckedContract = { state: 'unknown', why: 'It is no longer in the topic.' };
const unreadable: CheckedContract = { state: 'unknown', why: 'It is damaged, or expands too far.' };

/**
 * Holds the records at exactly these offsets against a contract as it is today, one after the other, at least one, as long as there is time. What
 * lies between them is fetched where it shares a batch, and not looked at.
 * @param registry null where the cluster declares none
 * @throws BrokerFailure
 */
export async function checkRecords(
  cluster: Pick<ClusterConnection, 'reader'>,
  registry: SchemaRegistry | null,
  request: CheckRequest,
): Promise<CheckAnswer> {
  const until = performance.now() + request.maxMs;
  const masks = parseMasks(request.mask);
  const { offsets } = request;
  const checked: CheckedContract[] = [];
  let contract: ContractOf | null = null;
  const late = () => checked.length > 0 && performance.now() >= until;
  while (checked.length < offsets.length && !late()) {
    const answer = await fetchFrom(cluster, request, offsets[checked.length] ?? 0n);
    if (answer === null) {
      checked.push(gone);
      continue;
    }
    const records = new Map(answer.records.map((record) => [record.offset, record]));
    for (let offset = offsets[checked.length]; offset !== undefined; offset = offsets[checked.length]) {
      if (offset >= answer.nextOffset || late()) break;
      const record = records.get(offset);
      if (!record) {
        checked.push(unreadableAt(answer, offset) ? unreadable : gone);
        continue;
      }
      const asked = { masks, withPayload: true, contract: request.contract };
      const leftMs = Math.max(checkingMinMs, until - performance.now());
      const schemas = await readSchemas(registry, record, asked, leftMs);
      contract ??= schemas?.contract?.contract ?? null;
      checked.push(
        schemas ? viewChecked(record, schemas, masks) : { state: 'unknown', why: 'It was not checked.' },
      );
    }
  }
  return { contract, checked };
}
