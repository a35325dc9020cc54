import type { ChargeAnswer } from '../provider/client.ts';

/** Records of one partition. */
const opensAtBacklog = 120;
const closesAtBacklog = 80;
const restMs = 1000;

/**
 * How fast the payments service goes while its provider is unavailable. It tries the orders one by one and slowly, so
 * it falls behind; when a partition is too far behind it stops waiting and gives orders up as fast as they are refused, until
 * it has caught up some. So there is lag, but bounded. Records from other topics (retries) never wait.
 */
export function createBreaker({ slowTopic, chunkRecords }: { slowTopic: string; chunkRecords: number }) {
  let unavailable = false;
  let giveUpFast = false;
  return {
    saw(kind: ChargeAnswer['kind']) {
      if (kind === 'unavailable') unavailable = true;
      if (kind === 'charged') unavailable = false;
    },
    admit({ topic, backlog }: { topic: string; backlog: number }): { records: number; restMs: number } {
      if (!unavailable || topic !== slowTopic) return { records: chunkRecords, restMs: 0 };
      if (backlog >= opensAtBacklog) giveUpFast = true;
      if (backlog <= closesAtBacklog) giveUpFast = false;
      return giveUpFast
        ? { records: Math.max(1, Math.min(chunkRecords, backlog - closesAtBacklog)), restMs: 0 }
        : { records: 1, restMs };
    },
    reset() {
      unavailable = false;
      giveUpFast = false;
    },
  };
}
