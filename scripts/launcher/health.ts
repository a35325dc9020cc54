import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves when `GET /health/ready` answers 200. @throws Error with the last answer when that takes too long */
export async function waitUntilReady(
  baseUrl: string,
  limit: { timeoutMs: number; signal: AbortSignal },
): Promise<void> {
  const deadline = Date.now() + limit.timeoutMs;
  let last = 'no answer';
  while (Date.now() < deadline) {
    try {
      const answer = await fetch(`${baseUrl}/health/ready`, {
        signal: AbortSignal.any([limit.signal, AbortSignal.timeout(5000)]),
      });
      const text = await answer.text();
      if (answer.status === 200) return;
      last = `${answer.status} ${text.slice(0, 300)}`;
    } catch (error) {
      limit.signal.throwIfAborted();
      last =
        error instanceof Error
          ? `${error.message}${error.cause ? ` (${String(error.cause)})` : ''}`
          : String(error);
    }
    await sleep(100, undefined, { signal: limit.signal });
  }
  throw new Error(
    `${baseUrl}/health/ready did not answer 200 within ${limit.timeoutMs / 1000} s; last: ${last}`,
  );
}
