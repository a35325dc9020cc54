import { exportDeadLetters } from '#lib/contract/dead-letters.ts';
import { logError } from '#lib/http/respond.ts';
import { route } from '#lib/http/route.ts';
import { textStream } from '#lib/http/text-stream.ts';
import { exportDeadLetters as exported } from '#lib/usecases/export-dead-letters.ts';

export const GET = route(exportDeadLetters, async ({ runtime, principal, params, query }) => {
  const { format, from, to, ...rest } = query;
  const { fileName, contentType, parts } = await exported(
    runtime,
    principal,
    params,
    {
      ...rest,
      from: from === undefined ? undefined : new Date(from),
      to: to === undefined ? undefined : new Date(to),
    },
    format,
  );
  return new Response(
    textStream(parts, (error) => logError('exportDeadLetters', fileName, error)),
    {
      headers: { 'content-type': contentType, 'content-disposition': `attachment; filename="${fileName}"` },
    },
  );
});
