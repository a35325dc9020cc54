import type { ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const packed = promisify(gzip);

/** Under this name a route says how its answer is packed. Next drops the header of its own name; `passCodingOn` puts it back. */
const codingHeader = 'x-sluice-coding';

/** Below it a packed answer is hardly smaller, and takes as many packets. */
const leastBytes = 4_096;
/** JSON repeats itself: the better levels take twice the time for a tenth of what is left. */
const level = 3;

/** Whether a client takes gzip (RFC 9110, section 12.5.3): by name or by `*`, not with a weight of 0. */
export function takesGzip(acceptEncoding: string | null): boolean {
  const weights = new Map(
    (acceptEncoding ?? '').split(',').map((each) => {
      const [coding = '', ...parameters] = each.split(';').map((part) => part.trim().toLowerCase());
      const weight = parameters.find((parameter) => parameter.startsWith('q='));
      return [coding, weight === undefined ? 1 : Number(weight.slice(2))] as const;
    }),
  );
  return (weights.get('gzip') ?? weights.get('*') ?? 0) > 0;
}

/**
 * The text of an answer as its client takes it: packed in one piece, beside other requests, where it is large. Left to Next, which packs what it
 * streams, a list of a hundred groups took a tenth longer.
 * @returns the body and the headers that belong to it
 */
export async function compressed(
  text: string,
  acceptEncoding: string | null,
): Promise<{ body: string | Uint8Array<ArrayBuffer>; headers: Record<string, string> }> {
  if (text.length < leastBytes) return { body: text, headers: {} };
  const headers = { vary: 'accept-encoding' };
  if (!takesGzip(acceptEncoding)) return { body: text, headers };
  const body = new Uint8Array(await packed(text, { level }));
  return { body, headers: { [codingHeader]: 'gzip', ...headers } };
}

/** What a route packed itself is not packed again, and says so to the client. For every server that carries answers of routes. */
export function passCodingOn(response: ServerResponse): void {
  const set = response.setHeader.bind(response);
  response.setHeader = (name, value) => set(name === codingHeader ? 'content-encoding' : name, value);
}
