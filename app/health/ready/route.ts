import { webRuntime } from '#lib/compose/web.ts';
import { readHealth } from '#lib/http/health.ts';
import { json } from '#lib/http/respond.ts';

export const GET = async () => {
  const health = await readHealth(await webRuntime());
  return json(health, health.status === 'down' ? 503 : 200);
};
