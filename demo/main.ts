import { log, reasonOf } from './log.ts';
import { startPlatform } from './platform.ts';
import { readSettings } from './settings.ts';

// The whole demo platform. It ends on SIGTERM, SIGINT, or when the process that started it goes away.

// kafkajs sets a timer to a negative time now and then, which Node runs at once and warns of; other warnings are shown.
process.removeAllListeners('warning');
process.on('warning', (warning) => {
  if (warning.name !== 'TimeoutNegativeWarning') log('platform', warning.stack ?? warning.message);
});

const endWithinMs = 6000;
const asked = new AbortController();
const ended = new Promise<string>((resolve) => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve(signal));
  if (process.send) process.on('disconnect', () => resolve('the launcher has gone'));
});
ended.then(() => asked.abort());

try {
  const starting = startPlatform(readSettings(process.env), asked.signal);
  const why = await Promise.race([ended, starting.then(() => ended)]);
  log('platform', `ending: ${why}`);
  setTimeout(() => {
    log('platform', `not ended within ${endWithinMs} ms, leaving as it is`);
    process.exit(1);
  }, endWithinMs).unref();
  const end = await starting;
  await end();
  process.exit(0);
} catch (error) {
  log('platform', error instanceof Error && error.stack ? error.stack : reasonOf(error));
  process.exit(1);
}
