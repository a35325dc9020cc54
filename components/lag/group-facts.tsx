import type { GroupDetail } from '#lib/contract/lag.ts';
import { Duration, Quantity, Rate } from '../ui/quantity.tsx';
import type { Fact } from '../ui/section.tsx';
import { drainWords, methodWords } from './words.ts';

/** The numbers of a group, each with how it is known. */
export const groupFacts = (group: GroupDetail): Fact[] => [
  {
    label: 'Lag',
    help: 'High watermark less committed, over all partitions',
    value: (
      <Quantity
        value={group.lagRecords}
        unit="records"
        why="no committed offset and end offset were both read"
      />
    ),
  },
  {
    label: 'Time lag',
    help: 'How long the oldest unconsumed record has been waiting',
    value: (
      <Duration
        ms={group.lagMs}
        errorMs={group.lagMsError}
        why="not enough readings to tell"
        source={methodWords(group)}
      />
    ),
  },
  { label: 'Produced', value: <Rate value={group.produceRate} /> },
  { label: 'Consumed', value: <Rate value={group.consumeRate} /> },
  {
    label: 'Drains in',
    help: 'When the slowest partition is through, at the present rates',
    value: (
      <Duration
        ms={group.drainMs}
        why="lag does not fall at the present rates"
        source={drainWords(group.drainRangeMs)}
      />
    ),
  },
  {
    label: 'Expires in',
    help: 'Until retention, by time or size, may delete the first record that was not consumed',
    value: <Duration ms={group.expiryRiskMs} why="nothing waits, or retention has no limit that is known" />,
  },
  {
    label: 'Members',
    value: <Quantity value={group.members} why="the group could not be described" />,
  },
  { label: 'Protocol', value: protocolWords(group) },
];

/** `consumer · stable · uniform · epoch 7`; an assignment that lags behind the group's epoch is named. */
function protocolWords({ type, state, assignor, epoch, assignmentEpoch }: GroupDetail): string {
  const parts = [type, state.toLowerCase()];
  if (assignor !== null) parts.push(assignor);
  if (epoch !== null) parts.push(`epoch ${epoch}`);
  if (epoch !== null && assignmentEpoch !== null && assignmentEpoch < epoch)
    parts.push(`assigned in ${assignmentEpoch}`);
  return parts.join(' · ');
}
