import type { Principal } from '#lib/domain/access/roles.ts';
import { type Excerpt, excerptRule } from '#lib/domain/dead-letters/excerpt.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { Database } from '#lib/store/database.ts';
import type { DeadLetterRecordRow } from '#lib/store/dead-letter-rows.ts';
import type { TopicRow } from '#lib/store/dead-letters.ts';
import { allowedLine, type DeadLetterDeps, flowOf } from './dead-letter-access.ts';

type Deps = Pick<DeadLetterDeps, 'config'> & { database: Pick<Database, 'stores' | 'transact'> };

const placeOf = ({ partition, offset }: Pick<DeadLetterRecordRow, 'partition' | 'offset'>) =>
  `${partition}:${offset}`;

/**
 * The beginnings of these rows' values, by `partition:offset`, as far as they were made under the masks that hold now. That somebody reads them is
 * written into the audit log before they leave. @throws SluiceError audit_unavailable
 */
export async function readExcerpts(
  { config, database }: Deps,
  principal: Principal,
  topic: TopicRow,
  rows: readonly DeadLetterRecordRow[],
): Promise<ReadonlyMap<string, Excerpt>> {
  const rule = excerptRule(flowOf(config, topic));
  if (rule === null || rows.length === 0) return new Map();
  const found = await database.stores.deadLetterExcerpts.of(topic, rule, rows);
  const shown = rows.filter((row) => found.has(placeOf(row)));
  const [newest, oldest] = [shown[0], shown.at(-1)];
  if (!newest || !oldest) return found;
  try {
    await database.transact((stores) =>
      stores.audit.append(
        allowedLine(principal, topic, {
          action: 'dead_letters.read_payload',
          resource: `dead-letters/${topic.cluster}/${topic.topic}`,
          detail: { excerpts: shown.length, newest: placeOf(newest), oldest: placeOf(oldest) },
        }),
      ),
    );
  } catch (cause) {
    throw new SluiceError(
      'audit_unavailable',
      'Nothing of the values is shown, since this reading of them could not be written to the audit log. Ask without excerpts.',
      { cause },
    );
  }
  return found;
}
