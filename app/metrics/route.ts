import { webRuntime } from '#lib/compose/web.ts';
import { metricsContentType, ownMetrics } from '#lib/http/own-metrics.ts';
import { requireMetricsToken } from '#lib/http/require-metrics-token.ts';
import { asSluiceError, problemResponse } from '#lib/http/respond.ts';
import { textStream } from '#lib/http/text-stream.ts';
import { collectMetrics } from '#lib/usecases/metrics/collect-metrics.ts';

export const GET = async (request: Request): Promise<Response> => {
  try {
    const runtime = await webRuntime();
    await requireMetricsToken(runtime.database.stores, request);
    const headers = { 'content-type': metricsContentType, 'cache-control': 'no-store' };
    const [own, lag] = await Promise.all([ownMetrics(runtime), collectMetrics(runtime)]);
    return new Response(textStream(inTurn(lag, own)), { headers });
  } catch (error) {
    return problemResponse(asSluiceError(error, 'metrics'));
  }
};

function* inTurn(parts: Iterable<string>, last: string): Generator<string> {
  yield* parts;
  yield last;
}
