import { exportAudit } from '#lib/contract/audit.ts';
import { logError } from '#lib/http/respond.ts';
import { route } from '#lib/http/route.ts';
import { textStream } from '#lib/http/text-stream.ts';
import { exportAudit as exported } from '#lib/usecases/audit/export-audit.ts';

export const GET = route(exportAudit, async ({ runtime, principal }) => {
  const { fileName, parts } = await exported(runtime, principal);
  return new Response(
    textStream(parts, (error) => logError('exportAudit', fileName, error)),
    {
      headers: {
        'content-type': 'application/x-ndjson',
        'content-disposition': `attachment; filename="${fileName}"`,
      },
    },
  );
});
