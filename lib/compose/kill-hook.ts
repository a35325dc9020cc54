import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Variables } from '#lib/config/environment.ts';

/**
 * Ends this process by SIGKILL at a named point, for the fault tests alone: armed by SLUICE_TEST_KILL (`point` or `point:n` for
 * the n-th time) together with SLUICE_TEST_KILL_FILE, where the point is noted before the end, once for all restarts.
 */
export function killHook(env: Variables): (point: string) => void {
  const [armed, times = '1'] = (env.SLUICE_TEST_KILL ?? '').split(':');
  const file = env.SLUICE_TEST_KILL_FILE;
  if (!armed || !file) return () => undefined;
  let passes = 0;
  return (point) => {
    if (point !== armed || ++passes < Number(times)) return;
    if (existsSync(file) && readFileSync(file, 'utf8').includes(`${point}\n`)) return;
    appendFileSync(file, `${point}\n`);
    process.kill(process.pid, 'SIGKILL');
  };
}
