import type { Evidence } from '#lib/domain/replays/evidence.ts';
import { countOf } from '#lib/domain/replays/sentences.ts';
import { answer, type EvidenceContext, type PlanningContext } from './context.ts';
import { type NewerKeys, newerInDestination } from './newer-in-destination.ts';

const newerInWords = (newer: NewerKeys, topic: string): string =>
  newer.complete
    ? `${newer.keys === 0 ? 'none' : countOf(newer.keys, 'key')} of the ${countOf(newer.read, 'record')} written to ${topic} since`
    : `${newer.keys === 0 ? 'none' : countOf(newer.keys, 'key')} in the newest ${newer.read.toLocaleString('en-US')} of ${newer.since.toLocaleString('en-US')} written to ${topic} since`;

/** Keys that may go backwards, here and in the destination, and records whose order can't be proven (invariant 5). */
export async function orderingEvidence(context: PlanningContext): Promise<Evidence> {
  const { flow, newerKeys, keys, missingOrigins, frozen, destination, target, connection } = context;
  const required = flow?.boundary.ordering?.required ?? false;
  const denominator = frozen.summary.keys;
  if (missingOrigins > 0 && required)
    return answer(context, 'ordering', {
      status: 'blocks',
      sentence: `The order of ${countOf(missingOrigins, 'record')} is not provable (no origin in their headers), and the flow requires order.`,
      value: { newerKeys, missingOrigins, required },
      denominator,
    });
  const nobody = destination.kind === 'quarantine';
  const newer = nobody
    ? null
    : await newerInDestination(connection, { topic: destination.topic, ...target }, keys);
  const value = {
    newerKeys,
    missingOrigins,
    required,
    destination: newer && { ...newer, since: String(newer.since) },
  };
  const found = [
    ...(newerKeys > 0
      ? [
          `${countOf(newerKeys, 'key')} ${newerKeys === 1 ? 'has' : 'have'} newer dead letters that stay behind`,
        ]
      : []),
    ...(newer && newer.keys > 0
      ? [`${destination.topic} has newer records of ${newerInWords(newer, destination.topic)}`]
      : []),
    ...(missingOrigins > 0 ? [`the order of ${countOf(missingOrigins, 'record')} is not provable`] : []),
  ];
  if (found.length > 0)
    return answer(context, 'ordering', {
      status: 'warns',
      sentence: `${found.join('; ')}.`,
      ...(newer?.why ? { why: newer.why } : {}),
      value,
      denominator,
    });
  if (newer === null)
    return answer(context, 'ordering', {
      status: 'good',
      sentence: 'No key has newer dead letters, and nobody processes a quarantine.',
      value,
      denominator,
    });
  return answer(context, 'ordering', {
    status: newer.complete ? 'good' : 'unknown',
    sentence: newer.complete
      ? `No key has newer dead letters, and ${newerInWords(newer, destination.topic)} ${newer.read === 1 ? 'is' : 'are'} of ${frozen.summary.keys === 1 ? 'this key' : 'these keys'}.`
      : `No key has newer dead letters; whether ${destination.topic} has newer records of these keys is not known (${newerInWords(newer, destination.topic)}).`,
    ...(newer.complete ? {} : { why: newer.why ?? 'The destination was not read to its end.' }),
    value,
    denominator,
  });
}

const policiesOf = (context: EvidenceContext) =>
  (context.target.config.get('cleanup.policy') ?? '').split(',');

/** A compacted destination keeps only the newest of a key: an old record sent again becomes the newest. */
export function compactionEvidence(context: EvidenceContext): Evidence {
  const { target, tombstones, destination } = context;
  const policy = target.config.get('cleanup.policy');
  if (!policy)
    return answer(context, 'compaction', {
      status: 'unknown',
      sentence: `Whether ${destination.topic} is compacted is not known.`,
      why: 'The broker did not tell its cleanup.policy.',
    });
  const compacted = policiesOf(context).includes('compact');
  return answer(context, 'compaction', {
    status: compacted ? 'warns' : 'good',
    sentence: compacted
      ? `${destination.topic} is compacted: a replayed record becomes the newest of its key${tombstones > 0 ? `, and ${countOf(tombstones, 'tombstone')} will delete keys` : ''}.`
      : `${destination.topic} is not compacted.`,
    value: { compacted, tombstones },
  });
}
