import type { PartitionReading } from './group.ts';
import type { LagStatus } from './status.ts';

/** What lag alone is the reason for. */
const byLag: readonly LagStatus[] = ['stopped', 'stalled', 'lagging', 'unknown'];

/**
 * The reading once a read_committed fetch has shown that all that is left are transaction markers: the offsets stay what they are, and nothing waits (api.md).
 */
export const onlyMarkersLeft = (reading: PartitionReading): PartitionReading => ({
  ...reading,
  status: byLag.includes(reading.status) ? 'ok' : reading.status,
  unreadSinceMs: null,
  lagMsMethod: 'interpolated',
  lagMsError: 0,
  drainMs: 0,
  drainRange: null,
  expiresAtMs: null,
});
