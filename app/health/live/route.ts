import { webRuntime } from '#lib/compose/web.ts';
import { readHealth } from '#lib/http/health.ts';
import { json } from '#lib/http/respond.ts';

/** This process answers: 200 whatever the checks say, so that nobody restarts it for another's fault. */
export const GET = async () => json(await readHealth(await webRuntime()));
