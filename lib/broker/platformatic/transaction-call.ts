import { setTimeout as sleep } from 'node:timers/promises';
import { BrokerFailure } from '../port/failure.ts';
import { toBrokerFailure } from './failure.ts';
import { isTransient } from './transient.ts';

export type WireCall = { timeoutMs: number };

const retryPauseMs = 20;

/** Makes the call once, with a deadline. @throws BrokerFailure */
export async function callOnce<T>(call: WireCall, what: string, work: () => Promise<T>): Promise<T> {
  return translated(what, () => deadline(call.timeoutMs, what, work()));
}

/**
 * Makes a call again while the broker says that nothing has happened yet (an earlier transaction still completing, a
 * coordinator loading), until the deadline. Never used for Produce and EndTxn, whose outcome a failure leaves open.
 */
export async function callUntil<T>(
  call: WireCall,
  what: string,
  work: (attempt: number) => Promise<T>,
): Promise<T> {
  const end = Date.now() + call.timeoutMs;
  return translated(what, async () => {
    for (let attempt = 0; ; attempt++) {
      try {
        return await deadline(Math.max(1, end - Date.now()), what, work(attempt));
      } catch (error) {
        if (!isTransient(error) || Date.now() + retryPauseMs >= end) throw error;
        await sleep(retryPauseMs);
      }
    }
  });
}

async function translated<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toBrokerFailure(error, what);
  }
}

async function deadline<T>(timeoutMs: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new BrokerFailure('timed_out', `${what} did not answer within ${timeoutMs} ms.`)),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
