import { getReplayManifest } from '#lib/contract/replays.ts';
import { route } from '#lib/http/route.ts';
import { readManifest } from '#lib/usecases/read-manifest.ts';

export const GET = route(
  getReplayManifest,
  async ({ runtime, principal, params }) =>
    new Response(await readManifest(runtime, principal, params.id), {
      headers: {
        'content-type': 'application/x-ndjson',
        'content-disposition': `attachment; filename="${params.id}.manifest.ndjson"`,
      },
    }),
);
