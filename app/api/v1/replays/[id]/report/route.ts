import { getReplayReport } from '#lib/contract/replays.ts';
import { route } from '#lib/http/route.ts';
import { reportMarkdown, reportReplay } from '#lib/usecases/report-replay.ts';

export const GET = route(getReplayReport, async ({ runtime, principal, params, query }) => {
  const report = await reportReplay(runtime, principal, params.id);
  if (query.format === 'json') return Response.json(report);
  return new Response(reportMarkdown(report), {
    headers: {
      'content-type': 'text/markdown; charset=utf-8',
      'content-disposition': `attachment; filename="${params.id}.md"`,
    },
  });
});
