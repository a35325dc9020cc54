import type { ClusterConfig } from '#lib/config/config.ts';
import type { ReplayWriter } from '../port/writer.ts';
import { openTransactionWire } from './transaction-wire.ts';
import { createWriterSession } from './writer-session.ts';

/**
 * The transactional writer, on raw protocol calls and not on the library's Producer: that one retries without end, opens with
 * epoch 0 so that a zombie wins, and wraps partitions past the count (facts.md). Here each call is made once, and the first
 * rejection ends the session; what then happened is asked of the broker by the cursor (invariants 3 and 4).
 */
export function createReplayWriter(config: ClusterConfig): ReplayWriter {
  return {
    async open(options) {
      return createWriterSession(await openTransactionWire(config, options));
    },
  };
}
