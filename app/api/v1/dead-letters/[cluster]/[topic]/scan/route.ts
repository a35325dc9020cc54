import { scanDeadLetters } from '#lib/contract/payload-scan.ts';
import { logError } from '#lib/http/respond.ts';
import { route } from '#lib/http/route.ts';
import { textStream } from '#lib/http/text-stream.ts';
import { scanDeadLetters as scanned } from '#lib/usecases/scan-dead-letters.ts';

export const POST = route(scanDeadLetters, async ({ runtime, principal, params, body, request }) => {
  const { search, limits, from, to, ...rest } = body;
  const lines = await scanned(runtime, principal, params, {
    search,
    limits,
    filter: {
      ...rest,
      from: from === undefined ? undefined : new Date(from),
      to: to === undefined ? undefined : new Date(to),
    },
    signal: request.signal,
  });
  return new Response(
    textStream(lines, (error) => logError('scanDeadLetters', params.topic, error)),
    {
      headers: {
        'content-type': 'application/x-ndjson',
        // A proxy that waits for the whole answer would hide how far it is.
        'cache-control': 'no-store, no-transform',
        'x-accel-buffering': 'no',
      },
    },
  );
});
