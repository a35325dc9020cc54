import { createHash } from 'node:crypto';
import { type CanonicalValue, canonicalJson } from '#lib/domain/kernel/canonical-json.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { IdempotencyScope, IdempotencyStore } from '#lib/store/idempotency.ts';
import { logError, problemResponse } from './respond.ts';

/** After this the first request is taken for lost: its process died in the middle. */
const lostAfterMs = 120_000;
/** Answers that hold a secret are not kept: the token's text is shown only once (api.md), and what a scan found is payload. */
const neverKept = new Set(['createToken', 'scanDeadLetters']);

export type IdempotentWork = {
  store: IdempotencyStore;
  scope: IdempotencyScope;
  operationId: string;
  body: unknown;
  now: Date;
  /** Does the write. It answers refusals as a Response too, and throws what failed inside Sluice. */
  run: () => Promise<Response>;
};

/** @throws SluiceError `bad_request` for a key that is empty, too long or not printable ASCII */
export function idempotencyKey(request: Request): string | null {
  const key = request.headers.get('idempotency-key');
  if (key === null) return null;
  if (!/^[\x21-\x7e]{1,255}$/.test(key))
    throw new SluiceError(
      'bad_request',
      'Idempotency-Key must be 1 to 255 printable ASCII characters without blanks.',
    );
  return key;
}

const again = (status: number, answer: string): Response =>
  new Response(answer === '' ? null : answer, {
    status,
    headers: {
      'content-type':
        status < 400 ? 'application/json; charset=utf-8' : 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'idempotency-replayed': 'true',
    },
  });

/**
 * Runs a write at most once per key: same key and body answers the first result again.
 * @throws SluiceError `idempotency_conflict` for another body, `conflict` while the first request is at work
 */
export async function idempotently(work: IdempotentWork): Promise<Response> {
  const { store, scope, now } = work;
  const text = canonicalJson((work.body ?? null) as CanonicalValue);
  const start = await store.begin(scope, createHash('sha256').update(text).digest('hex'), now);
  if (start.kind === 'other_body')
    throw new SluiceError(
      'idempotency_conflict',
      `Idempotency-Key "${scope.key}" was used here with another body. Use a new key.`,
    );
  if (start.kind === 'in_flight') {
    const lost = now.getTime() - start.since.getTime() > lostAfterMs;
    throw new SluiceError(
      'conflict',
      lost
        ? `The first request with Idempotency-Key "${scope.key}" never finished. Look whether it took effect; then use a new key.`
        : `The first request with Idempotency-Key "${scope.key}" is still at work. Ask again in a moment.`,
    );
  }
  if (start.kind === 'answered') {
    if (start.answer === '' && start.status !== 204)
      throw new SluiceError(
        'idempotency_conflict',
        'This was done before under the same key; its answer held a secret and is not kept.',
      );
    return again(start.status, start.answer);
  }
  const response = await work.run().catch(async (error: unknown) => {
    await store.release(scope).catch((failure) => logError(work.operationId, 'idempotency', failure));
    throw error;
  });
  const secret = response.ok && neverKept.has(work.operationId);
  const answer = secret ? '' : await response.clone().text();
  // The write is done: its answer goes out even when it can't be kept; the key then stays taken, and says so when used again.
  await store
    .finish(scope, response.status, answer)
    .catch((failure) => logError(work.operationId, 'idempotency', failure));
  return response;
}

/** A refusal is a result too, and is answered again; what failed inside Sluice is not. */
export function refusalResult(error: SluiceError): Response {
  if (error.status >= 500 || error.status === 429) throw error;
  return problemResponse(error);
}
