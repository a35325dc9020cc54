import { BrokerFailure } from '#lib/broker/port/failure.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';

/**
 * What the work answers, if it does in time. @throws SluiceError broker_unavailable when it does not, or when Kafka refuses; `what` completes
 * "Kafka could not be asked …"
 */
export async function withinDeadline<T>(deadlineMs: number, what: string, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new BrokerFailure('timed_out', `no answer within ${deadlineMs / 1000} s`)),
    deadlineMs,
  );
  try {
    return await Promise.race([work, late.promise]);
  } catch (error) {
    if (!(error instanceof BrokerFailure)) throw error;
    throw new SluiceError(
      'broker_unavailable',
      `Kafka could not be asked ${what}: ${error.message}. Nothing was changed. Try again, or look at the state of the cluster.`,
      { cause: error },
    );
  } finally {
    clearTimeout(timer);
  }
}
