import { followChain } from '#lib/auth/verify-chain.ts';
import { chainStart } from '#lib/domain/audit/chain.ts';
import {
  headProblem,
  type SignedHead,
  type SigningKey,
  signHead,
  type VerifyingKey,
} from '#lib/domain/audit/head.ts';
import type { Database } from '#lib/store/database.ts';

/** A place outside of the database that keeps every head it is given. */
export type AnchorPlace = {
  /** Shown to people, and what its state is kept under: `file /var/…`, `topic main/…`. */
  name: string;
  /** Durable when it resolves; giving the same head twice is the same. @throws Error saying what is wrong and what to do */
  anchor: (head: SignedHead) => Promise<void>;
};
export type AnchorDeps = {
  database: Database;
  clock: () => Date;
  /** @throws Error saying why there is no key */
  key: () => Promise<{ signing: SigningKey; verifying: VerifyingKey }>;
  places: readonly AnchorPlace[];
  log: (message: string) => void;
};

/** Heads are signed, and a place that failed is tried again, at most this often. */
export const anchorEveryMs = 60_000;
/** Under which name the state of signing is kept, beside the places. */
export const signingPlace = 'signing';

/**
 * Signs the head of the audit log if it has moved, after walking the lines since the newest signed one, and gives it to every place.
 * What fails is noted with its time and reason, and tried again in the next round; nothing else waits for it.
 */
export async function anchorHead(deps: AnchorDeps): Promise<void> {
  const { auditAnchors } = deps.database.stores;
  const states = new Map((await auditAnchors.places()).map((state) => [state.place, state]));
  const due = (place: string) => {
    const tried = states.get(place)?.triedAt;
    return !tried || deps.clock().getTime() - tried.getTime() >= anchorEveryMs;
  };
  const attempt = async (place: string, work: () => Promise<bigint | null>) => {
    try {
      const seq = await work();
      if (seq !== null) await auditAnchors.reached(place, seq, deps.clock());
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (states.get(place)?.error !== why) deps.log(`audit anchor, ${place}: ${why}`);
      await auditAnchors.failed(place, why, deps.clock());
    }
  };
  if (due(signingPlace))
    await attempt(signingPlace, () => signNext(deps, states.get(signingPlace)?.error != null));
  const newest = await auditAnchors.newestHead();
  for (const place of newest ? deps.places : []) {
    const state = states.get(place.name);
    if (!newest || (state?.error == null && state?.anchoredSeq === newest.seq)) continue;
    if (state?.error != null && !due(place.name)) continue;
    await attempt(place.name, async () => {
      await place.anchor(newest);
      return newest.seq;
    });
  }
}

/** @returns how far the log is signed now; null when nothing was to do and nothing had failed */
async function signNext({ database, clock, key }: AnchorDeps, failedBefore: boolean): Promise<bigint | null> {
  const { audit, auditAnchors } = database.stores;
  const { signing, verifying } = await key();
  const newest = await auditAnchors.newestHead();
  const { seq, installation } = await audit.head();
  if (newest?.keyId === verifying.id) {
    const problem = headProblem(newest, [verifying]);
    if (problem !== null)
      throw new Error(
        `The newest signed head in the database is not as it was signed: ${problem}. Nothing is signed after it.`,
      );
  }
  if (newest && seq < newest.seq)
    throw new Error(
      `The log ends at line ${seq}, and line ${newest.seq} was signed at ${newest.at}: it was cut back. Nothing is signed after it.`,
    );
  if (seq === (newest?.seq ?? 0n)) return failedBefore ? seq : null;
  const { step } = await followChain(audit, newest ?? chainStart, Number.POSITIVE_INFINITY);
  if (!step.ok)
    throw new Error(
      `The chain is broken at line ${step.seq}: ${step.what}. A broken chain is not signed; \`npx --no-install sluice audit verify\` walks all of it.`,
    );
  const at = clock().toISOString();
  await auditAnchors.keep(
    signHead({ installation, seq: step.place.seq, hash: step.place.hash, at }, signing),
  );
  return step.place.seq;
}
