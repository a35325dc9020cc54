import type { Evidence } from '#lib/domain/replays/evidence.ts';
import { countOf } from '#lib/domain/replays/sentences.ts';
import { answer, configNumber, type EvidenceContext, type PlanningContext } from './context.ts';

/** Keys that may go backwards, and records whose order can't be proven (invariant 5). */
export function orderingEvidence(context: PlanningContext): Evidence {
  const { flow, newerKeys, missingOrigins, frozen } = context;
  const required = flow?.boundary.ordering?.required ?? false;
  const value = { newerKeys, missingOrigins, required };
  const denominator = frozen.summary.keys;
  if (missingOrigins > 0 && required)
    return answer(context, 'ordering', {
      status: 'blocks',
      sentence: `The order of ${countOf(missingOrigins, 'record')} is not provable (no origin in their headers), and the flow requires order.`,
      value,
      denominator,
    });
  const newer = `${countOf(newerKeys, 'key')} ${newerKeys === 1 ? 'has' : 'have'} newer dead letters that stay behind`;
  if (newerKeys > 0 || missingOrigins > 0)
    return answer(context, 'ordering', {
      status: 'warns',
      sentence: `${newerKeys > 0 ? newer : ''}${newerKeys > 0 && missingOrigins > 0 ? '; ' : ''}${
        missingOrigins > 0 ? `the order of ${countOf(missingOrigins, 'record')} is not provable` : ''
      }.`,
      value,
      denominator,
    });
  return answer(context, 'ordering', {
    status: 'unknown',
    sentence:
      'No key has newer dead letters; whether the destination has newer records of these keys is not known.',
    why: 'Newer records of these keys are not looked for in the destination.',
    value,
    denominator,
  });
}

const policiesOf = (context: EvidenceContext) =>
  (context.target.config.get('cleanup.policy') ?? '').split(',');

/** A compacted destination keeps only the newest of a key: an old record sent again becomes the newest. */
export function compactionEvidence(context: PlanningContext): Evidence {
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

const inWords = (ms: number): string => {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return 'less than a minute';
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
};

/** Time until retention takes the first frozen record, and whether the destination would keep what is sent. */
export function retentionEvidence(context: EvidenceContext): Evidence {
  const { source, policy, frozen, now, replay } = context;
  const retentionMs = configNumber(source.config, 'retention.ms');
  if (retentionMs === null || frozen.oldestAt === null)
    return answer(context, 'retention', {
      status: 'unknown',
      sentence: `How long ${replay.source.topic} keeps its records is not known.`,
      why: 'The broker did not tell its retention.ms.',
    });
  const limited = configNumber(source.config, 'retention.bytes');
  const bySize = limited !== null && limited >= 0;
  if (retentionMs < 0)
    return answer(context, 'retention', {
      status: bySize ? 'unknown' : 'good',
      sentence: bySize
        ? `${replay.source.topic} is kept by size, not by time.`
        : `${replay.source.topic} keeps its records for good.`,
      ...(bySize ? { why: 'When retention by size takes a record depends on what arrives.' } : {}),
      value: { leftMs: null },
    });
  const leftMs = frozen.oldestAt.getTime() + retentionMs - now.getTime();
  const needed = policy.approvalTtlMs + policy.startTtlMs + replay.bounds.maxDurationMs;
  return answer(context, 'retention', {
    status: leftMs < needed ? 'warns' : 'good',
    sentence:
      leftMs <= 0
        ? 'Retention may take the first frozen record at any moment.'
        : `Retention takes the first frozen record in ${inWords(leftMs)}.`,
    value: { leftMs: Math.max(0, leftMs) },
  });
}
