import { boundedText } from '#lib/domain/kernel/bounded-text.ts';
import { RegistryFailure } from './port.ts';

export type RegistryAddress = { url: string; username: string | null; password: string | null };
export type Asked = { status: 200; body: unknown } | { status: 404; code: number | null };

/** A schema of more text is none that a person wrote, and would cost the decoding process its memory. */
const bodyBytesMax = 2 * 1024 * 1024;

function jsonOf(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RegistryFailure(
      'refused',
      `What answered ${what} is no schema registry with the Confluent API: its answer is not JSON. Check schemaRegistry.url of the cluster.`,
    );
  }
}

function unreached(error: unknown, what: string, timeoutMs: number): RegistryFailure {
  const { name, cause, message } = error as Error & { cause?: { code?: string; message?: string } };
  if (name === 'TimeoutError')
    return new RegistryFailure(
      'timed_out',
      `The schema registry did not answer ${what} within ${timeoutMs} ms.`,
    );
  const why = cause?.code ?? cause?.message ?? message;
  return new RegistryFailure('unreachable', `The schema registry can't be reached for ${what}: ${why}.`, {
    cause: error,
  });
}

/**
 * One GET. It goes to the declared address alone: a redirect is refused, whatever it leads to, since it would take the password along.
 * @param path below the address, its parts encoded
 * @throws RegistryFailure
 */
export async function askRegistry(
  { url, username, password }: RegistryAddress,
  path: string,
  what: string,
  timeoutMs: number,
): Promise<Asked> {
  const signal = AbortSignal.timeout(timeoutMs);
  const basic = Buffer.from(`${username ?? ''}:${password ?? ''}`, 'utf8').toString('base64');
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${url.replace(/\/+$/, '')}/${path}`, {
      headers: {
        accept: 'application/vnd.schemaregistry.v1+json, application/json',
        ...(username === null && password === null ? {} : { authorization: `Basic ${basic}` }),
      },
      redirect: 'manual',
      signal,
    });
    const read = await boundedText(response.body, bodyBytesMax);
    if (read === null)
      throw new RegistryFailure(
        'refused',
        `The schema registry's answer to ${what} is over ${bodyBytesMax} bytes.`,
      );
    text = read;
  } catch (error) {
    throw error instanceof RegistryFailure ? error : unreached(error, what, timeoutMs);
  }
  const { status } = response;
  if (status >= 300 && status < 400)
    throw new RegistryFailure(
      'refused',
      `The schema registry sends ${what} elsewhere (${status}), and redirects are not followed. Declare the address that answers.`,
    );
  if (status === 401 || status === 403)
    throw new RegistryFailure(
      'unauthorized',
      `The schema registry refuses ${what} (${status}). Check schemaRegistry.username and its password, and that it may read.`,
    );
  if (status !== 200 && status !== 404)
    throw new RegistryFailure('refused', `The schema registry answered ${what} with ${status}.`);
  const body = jsonOf(text, what);
  if (status === 200) return { status, body };
  const code: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'error_code') : null;
  return { status, code: typeof code === 'number' ? code : null };
}
