import pg from 'pg';
import type { ClusterReader } from '#lib/broker/port/reader.ts';
import { contentHash } from '#lib/domain/dead-letters/content-hash.ts';
import { copyIn } from '#lib/store/copy-in.ts';

const fetchBytes = 1_048_576;
const nothing = () => undefined;

/**
 * The least that anybody does who freezes a set: reads every record once, hashes it and writes a row of it into Postgres, by the same client and
 * the same copy. Nothing is looked up, compared, sorted, sealed or held.
 * @returns how many there were, and how long it took
 */
export async function bareCopy(
  reader: ClusterReader,
  { topicId, partitions }: { topicId: string; partitions: number },
  ownerUrl: string,
): Promise<{ records: number; ms: number }> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query('CREATE UNLOGGED TABLE bare_copy (partition int, "offset" bigint, hash text)');
    const began = performance.now();
    let records = 0;
    let writing = Promise.resolve();
    for (let partition = 0; partition < partitions; partition++)
      for (let offset = 0n; ; ) {
        const answer = await reader.fetch({
          ...{ topicId, partition, offset, maxBytes: fetchBytes },
          isolation: 'read_committed',
        });
        if (answer.nextOffset === offset) break;
        let lines = '';
        for (const record of answer.records)
          lines += `${partition}\t${record.offset}\t${contentHash(record)}\n`;
        await writing;
        writing = copyIn(client, 'COPY bare_copy FROM STDIN', [Buffer.from(lines)], nothing);
        records += answer.records.length;
        offset = answer.nextOffset;
      }
    await writing;
    return { records, ms: performance.now() - began };
  } finally {
    await client.query('DROP TABLE IF EXISTS bare_copy');
    await client.end();
  }
}
