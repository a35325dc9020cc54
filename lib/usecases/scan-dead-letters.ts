import { randomUUID } from 'node:crypto';
import { authorize } from '#lib/auth/authorize.ts';
import type { PayloadReader } from '#lib/broker/payload/payload-reader.ts';
import type { ScanStart } from '#lib/contract/payload-scan.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import { maskedPath, type PayloadSearch } from '#lib/domain/dead-letters/payload-search.ts';
import type { ScanLimits } from '#lib/domain/dead-letters/scan-limits.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { TopicRow } from '#lib/store/dead-letters.ts';
import type { Lease } from '#lib/store/leases.ts';
import { allowedLine, flowOf, requireTopic, type TopicRef } from './dead-letter-access.ts';
import { indexView, recordRowView } from './dead-letter-views.ts';
import type { DecideDeps } from './decide-dead-letters.ts';
import { type RecordSearch, recordSearch } from './list-dead-letter-records.ts';
import { scanLines } from './scan/scan-lines.ts';
import { searchSteps } from './scan/search-rows.ts';

type Deps = DecideDeps & { payloads: Pick<PayloadReader, 'search'> };
export type Scan = {
  search: PayloadSearch;
  limits: ScanLimits;
  filter: RecordSearch;
  /** Aborts when who asked has gone. */
  signal: AbortSignal;
};

/** Longer than a step takes: a scan whose reader has stopped reading, or whose process has died, does not keep its place. */
const leaseMs = 30_000;
const renewAfterMs = 5_000;

/** What was looked for may be a secret itself, and a line of the audit log stays and is read by many: so it says how it was looked for. */
function inAudit(search: PayloadSearch) {
  return search.kind === 'text'
    ? { kind: search.kind, in: search.in, characters: search.text.length }
    : {
        kind: search.kind,
        in: search.in,
        path: search.path,
        op: search.op,
        characters: search.value.length,
      };
}

/** One scan a person, over all web processes. @throws SluiceError wrong_state */
async function takePlace({ database }: Deps, principal: Principal): Promise<Lease> {
  const name = `payload-scan/${principal.userId}`;
  const lease = await database.stores.leases.acquire(name, randomUUID(), leaseMs);
  if (lease) return lease;
  throw new SluiceError(
    'wrong_state',
    'You have a scan under way, perhaps in another window. Cancel it, or wait for its end: one at a time is allowed.',
  );
}

/** Before the first record is read. @throws SluiceError audit_unavailable */
async function audit(deps: Deps, principal: Principal, topic: TopicRow, scan: Scan): Promise<void> {
  const { from, to, ...filter } = scan.filter;
  try {
    await deps.database.transact((stores) =>
      stores.audit.append(
        allowedLine(principal, topic, {
          action: 'dead_letters.scan',
          resource: `dead-letters/${topic.cluster}/${topic.topic}`,
          detail: {
            search: inAudit(scan.search),
            filter: { ...filter, from: from?.toISOString() ?? null, to: to?.toISOString() ?? null },
            limits: scan.limits,
          },
        }),
      ),
    );
  } catch (cause) {
    throw new SluiceError(
      'audit_unavailable',
      'Nothing is searched, since this scan could not be written to the audit log.',
      { cause },
    );
  }
}

async function startOf(
  deps: Deps,
  topic: TopicRow,
  filter: Parameters<Deps['database']['stores']['deadLetters']['countRecords']>[1],
  limits: ScanLimits,
): Promise<ScanStart> {
  const { deadLetters, deadLetterSummaries } = deps.database.stores;
  const now = deps.clock();
  const [counted, [state]] = await Promise.all([
    deadLetters.countRecords(topic, filter, limits.records + 1),
    deadLetterSummaries.indexStates(topic.clusterId, [topic.topicId]),
  ]);
  return {
    kind: 'start',
    of: Math.min(counted, limits.records),
    more: counted > limits.records,
    limits,
    behindRecords: indexView(state, now).index.behindRecords,
    asOf: now.toISOString(),
  };
}

/**
 * Searches keys and values of the dead letters that the index had of a topic when this was asked for and that fit the filter, newest first. What is
 * masked is masked before it is searched. It is written into the audit log before the first record is read; it reads on only while the next line is asked for, and
 * ends when its reader goes away.
 * @returns JSON texts, one a line
 * @throws SluiceError not_found, forbidden, bad_request, wrong_state, audit_unavailable
 */
export async function scanDeadLetters(
  deps: Deps,
  principal: Principal,
  of: TopicRef,
  scan: Scan,
): Promise<AsyncGenerator<string, void>> {
  const topic = await requireTopic(deps, principal, of);
  authorize(principal, 'payload.read', { cluster: topic.cluster, flow: topic.flow });
  const { filter, masks, payloads } = recordSearch(deps, principal, topic, scan.filter);
  const masked = maskedPath(scan.search, masks);
  if (masked !== null)
    throw new SluiceError(
      'bad_request',
      `The flow masks ${masked}: nobody sees what stands there, and it can't be searched. Search another field.`,
    );
  const { deadLetters, leases } = deps.database.stores;
  const lease = await takePlace(deps, principal);
  const giveBack = () => leases.release(lease);
  try {
    const whole = { ...filter, ends: await deadLetters.indexEnds(topic) };
    const start = await startOf(deps, topic, whole, scan.limits);
    await audit(deps, principal, topic, scan);
    let renewedAt = performance.now();
    const lines = scanLines({
      start,
      pageAfter: (after, limit) => deadLetters.listRecords(topic, whole, { limit, after }),
      search: searchSteps(deps.payloads, {
        cluster: of.cluster,
        topicId: topic.topicId,
        mask: flowOf(deps.config, topic)?.mask ?? [],
        search: scan.search,
      }),
      rowView: (row) => recordRowView(row, masks, payloads),
      goOn: async () => {
        if (scan.signal.aborted) return false;
        if (performance.now() - renewedAt < renewAfterMs) return true;
        renewedAt = performance.now();
        return leases.renew(lease, leaseMs);
      },
    });
    return textOf(lines, giveBack);
  } catch (error) {
    await giveBack();
    throw error;
  }
}

async function* textOf(
  lines: AsyncGenerator<unknown, void>,
  atEnd: () => Promise<void>,
): AsyncGenerator<string, void> {
  try {
    for await (const line of lines) yield `${JSON.stringify(line)}\n`;
  } finally {
    await atEnd();
  }
}
