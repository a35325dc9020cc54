import type { Evidence } from '#lib/domain/replays/evidence.ts';
import { amount, countOf } from '#lib/domain/replays/sentences.ts';
import { answer, type EvidenceContext, type PlanningContext, type TopicFacts } from './context.ts';
import { type NewerKeys, newerInDestination } from './newer-in-destination.ts';

const newerInWords = (newer: NewerKeys, topic: string): string =>
  newer.complete
    ? `${newer.keys === 0 ? 'none' : countOf(newer.keys, 'key')} of the ${countOf(newer.read, 'record')} written to ${topic} since`
    : `${newer.keys === 0 ? 'none' : countOf(newer.keys, 'key')} in the newest ${amount(newer.read)} of ${amount(newer.since)} written to ${topic} since`;

/** Keys that may go backwards, here and in the destination, and records whose order can't be proven (invariant 5). */
export async function orderingEvidence(context: PlanningContext): Promise<Evidence> {
  const { flow, newerKeys, keys, missingOrigins, frozen, destination, target, connection } = context;
  const { behindDiverted } = context;
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
    ...(behindDiverted > 0 && { behindDiverted }),
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
    ...(behindDiverted > 0
      ? [
          `${countOf(behindDiverted, 'record')} ${behindDiverted === 1 ? 'has' : 'have'} an earlier one of the same key that is diverted${required ? `, and ${behindDiverted === 1 ? 'is' : 'are'} held back for the order's sake (key_blocked)` : ''}`,
        ]
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

const policyOf = ({ config }: Pick<TopicFacts, 'config'>) => config.get('cleanup.policy') || null;
const isCompacted = (policy: string) => policy.split(',').includes('compact');

/**
 * A compacted destination keeps only the newest of a key: an old record sent again becomes the newest. A compacted quarantine would keep only the newest of
 * what is diverted.
 */
export function compactionEvidence(context: EvidenceContext): Evidence {
  const { target, tombstones, destination, diversion } = context;
  const policy = policyOf(target);
  const quarantinePolicy = diversion && policyOf(diversion);
  const untold = !policy ? destination.topic : diversion && !quarantinePolicy ? diversion.topic : null;
  if (!policy || untold)
    return answer(context, 'compaction', {
      status: 'unknown',
      sentence: `Whether ${untold} is compacted is not known.`,
      why: 'The broker did not tell its cleanup.policy.',
    });
  const compacted = isCompacted(policy);
  const losing = diversion && quarantinePolicy && isCompacted(quarantinePolicy) ? diversion.topic : null;
  const ofDestination = compacted
    ? `${destination.topic} is compacted: a replayed record becomes the newest of its key${tombstones > 0 ? `, and ${countOf(tombstones, 'tombstone')} will delete keys` : ''}`
    : `${destination.topic} is not compacted`;
  return answer(context, 'compaction', {
    status: compacted || losing ? 'warns' : 'good',
    sentence: `${ofDestination}${losing ? `; the quarantine ${losing} is: of what is diverted only the newest of a key would stay` : ''}.`,
    value: { compacted, tombstones, ...(diversion && { quarantineCompacted: losing !== null }) },
  });
}
