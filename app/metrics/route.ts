import { webRuntime } from '#lib/compose/web.ts';
import { metricsContentType, ownMetrics } from '#lib/http/own-metrics.ts';
import { requireMetricsToken } from '#lib/http/require-metrics-token.ts';
import { asSluiceError, problemResponse } from '#lib/http/respond.ts';
import { collectMetrics } from '#lib/usecases/collect-metrics.ts';

export const GET = async (request: Request): Promise<Response> => {
  try {
    const runtime = await webRuntime();
    await requireMetricsToken(runtime.database.stores, request);
    const headers = { 'content-type': metricsContentType, 'cache-control': 'no-store' };
    return new Response(`${await collectMetrics(runtime)}${await ownMetrics(runtime)}`, { headers });
  } catch (error) {
    return problemResponse(asSluiceError(error, 'metrics'));
  }
};
