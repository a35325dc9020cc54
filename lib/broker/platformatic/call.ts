import { type Connection, ResponseError } from '@platformatic/kafka';
import { BrokerFailure } from '../port/failure.ts';

/** Highest version of each API (by key) that a broker takes. */
export type BrokerVersions = ReadonlyMap<number, number>;

/** One raw protocol call on one connection, such as `(connection) => fetchV17.api.async(connection, …)`. */
export type Call<T> = (connection: Connection, versions: BrokerVersions) => Promise<T>;

/** An answer whose parts carry errors of their own: hands it over instead of throwing, so that the caller can look at each part. */
export async function withPartErrors<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const whole = error instanceof ResponseError ? Reflect.get(error, 'response') : undefined;
    if (whole === undefined) throw error;
    return whole as T;
  }
}

/** The first of `[version, value]` (highest first) that the broker takes; throws BrokerFailure 'unsupported' when it takes none. */
export function bestVersion<T>(
  versions: BrokerVersions,
  api: { key: number; name: string },
  candidates: readonly (readonly [number, T])[],
): T {
  const highest = versions.get(api.key) ?? -1;
  const found = candidates.find(([version]) => version <= highest);
  if (!found)
    throw new BrokerFailure(
      'unsupported',
      `${api.name}: the broker is too old for this call (highest version ${highest}).`,
    );
  return found[1];
}
