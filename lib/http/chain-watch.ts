import { followChain } from '#lib/auth/verify-chain.ts';
import type { AuditHeadView } from '#lib/contract/audit.ts';
import { type ChainPlace, chainStart } from '#lib/domain/audit/chain.ts';
import type { AuditStore } from '#lib/store/audit.ts';

type Source = Pick<AuditStore, 'linesAfter'> & { head: () => Promise<ChainPlace & { at: Date | null }> };
type ChainLook = Omit<AuditHeadView, 'signed' | 'places'>;
/** Lines per look: a few milliseconds. `sluice audit verify` checks all at once. */
const newLines = 2000;
const oldLines = 500;
/** Old lines are walked again so often, so that a later edit is found too. */
const sweepEveryMs = 10 * 60_000;

/** Checks the chain a bounded piece at a time, whenever somebody looks at the head: the new lines, then some old ones again. */
export function createChainWatch() {
  let tail: ChainPlace = chainStart;
  let sweep: ChainPlace | null = null;
  let sweptAt: number | null = null;
  let broken: bigint | null = null;
  let checkedAt: Date | null = null;

  const follow = async (audit: Source, place: ChainPlace, lines: number): Promise<ChainPlace> => {
    const { step } = await followChain(audit, place, lines);
    if (step.ok) return step.place;
    broken ??= step.seq;
    return place;
  };

  const sweepOn = async (audit: Source, now: number): Promise<void> => {
    if (sweep === null && sweptAt !== null && now - sweptAt >= sweepEveryMs) sweep = chainStart;
    sweptAt ??= now;
    if (sweep === null) return;
    sweep = await follow(audit, sweep, oldLines);
    if (sweep.seq < tail.seq) return;
    sweep = null;
    sweptAt = now;
  };

  return {
    async look(audit: Source, now: Date): Promise<ChainLook> {
      if (broken === null) {
        tail = await follow(audit, tail, newLines);
        await sweepOn(audit, now.getTime());
        checkedAt = now;
      }
      const head = await audit.head();
      const cut = head.seq < tail.seq || (head.seq === tail.seq && head.hash !== tail.hash);
      if (cut) broken ??= head.seq + 1n;
      return {
        seq: Number(head.seq),
        hash: head.hash,
        at: head.at?.toISOString() ?? null,
        chain: broken !== null ? 'broken' : tail.seq === head.seq ? 'verified' : 'unchecked',
        checkedTo: Number(broken === null ? tail.seq : broken - 1n),
        checkedAt: checkedAt?.toISOString() ?? null,
      };
    },
  };
}

const holder = globalThis as typeof globalThis & { sluiceChainWatch?: ReturnType<typeof createChainWatch> };

/** The watch of this process; Next bundles modules more than once, so it hangs on globalThis. */
export function chainWatch(): ReturnType<typeof createChainWatch> {
  holder.sluiceChainWatch ??= createChainWatch();
  return holder.sluiceChainWatch;
}
