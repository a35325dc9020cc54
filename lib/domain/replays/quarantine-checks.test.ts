import { describe, expect, it } from 'vitest';
import { type Keeping, keepingOf } from '../flows/keeping.ts';
import { judgeQuarantine, type QuarantineFacts, refusedBy } from './quarantine-checks.ts';

const keeping = (configs: Record<string, string>): Keeping =>
  keepingOf(
    new Map(
      Object.entries({
        'cleanup.policy': 'delete',
        'retention.ms': '1000',
        'retention.bytes': '-1',
        ...configs,
      }),
    ),
  );
const facts = (
  quarantine: Record<string, string> | null,
  more: { source?: Record<string, string>; readers?: Partial<QuarantineFacts['readers']> } = {},
): QuarantineFacts => ({
  source: { topic: 'orders.dlq', keeping: keeping(more.source ?? {}), partitions: 2 },
  quarantine: {
    topic: 'orders.quarantine',
    keeping: quarantine === null ? keepingOf(undefined) : keeping(quarantine),
  },
  readers: { reading: [], unknown: [], ...more.readers },
});
const longer = { 'retention.ms': '1001' };

describe('a quarantine that copies may go into', () => {
  it.each([
    ['longer by time', facts(longer)],
    ['without limit', facts({ 'retention.ms': '-1' })],
    [
      'both without limit: nothing takes either',
      facts({ 'retention.ms': '-1' }, { source: { 'retention.ms': '-1' } }),
    ],
    ['deletes nothing', facts({ 'cleanup.policy': '', 'retention.ms': '1' })],
    [
      'larger by size too',
      facts({ ...longer, 'retention.bytes': '201' }, { source: { 'retention.bytes': '100' } }),
    ],
  ])('%s', (_name, given) => expect(refusedBy(judgeQuarantine(given))).toBeNull());
});

describe('one that they may not', () => {
  it.each([
    ['as long', facts({}), 'longer_retention', 'failed', 'retention.ms 1,000 ms, against 1,000 ms'],
    [
      'limited, where the source is not',
      facts(longer, { source: { 'retention.ms': '-1' } }),
      'longer_retention',
      'failed',
      'no limit',
    ],
    [
      'limited by size, where the source is not',
      facts({ ...longer, 'retention.bytes': '9' }),
      'longer_retention',
      'failed',
      'retention.bytes 9 bytes',
    ],
    [
      'as large as one partition of the source of two',
      facts({ ...longer, 'retention.bytes': '101' }, { source: { 'retention.bytes': '100' } }),
      'longer_retention',
      'failed',
      'retention.bytes 101 bytes, against 200 bytes',
    ],
    [
      'compacted',
      facts({ ...longer, 'cleanup.policy': 'compact' }),
      'no_compaction',
      'failed',
      'only the newest',
    ],
    [
      'compacted and deleted',
      facts({ ...longer, 'cleanup.policy': 'delete,compact' }),
      'no_compaction',
      'failed',
      'only the newest',
    ],
    [
      'read by a group',
      facts(longer, { readers: { reading: ['fixer'] } }),
      'no_reader',
      'failed',
      'fixer reads',
    ],
    [
      'perhaps read by a group',
      facts(longer, { readers: { unknown: ['joining'] } }),
      'no_reader',
      'unknown',
      'joining',
    ],
    ['not described', facts(null), 'no_compaction', 'unknown', 'could not be read'],
    [
      'without a retention that is told',
      facts({ 'retention.ms': '?' }),
      'longer_retention',
      'unknown',
      'not known',
    ],
    [
      'whose source tells no retention',
      facts(longer, { source: { 'retention.ms': '?' } }),
      'longer_retention',
      'unknown',
      'not known',
    ],
  ] as const)('%s', (_name, given, check, state, says) => {
    const found = refusedBy(judgeQuarantine(given));
    expect(found).toMatchObject({ check, state, sentence: expect.stringContaining(says) });
    expect(found?.remedy).toMatch(/orders\.quarantine|group/);
  });
});
