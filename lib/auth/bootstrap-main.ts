import { mkdir } from 'node:fs/promises';
import { readEnvironment } from '#lib/config/environment.ts';
import { openDatabase } from '#lib/store/database.ts';
import { bootstrap } from './bootstrap.ts';

const environment = readEnvironment(process.env);
if (!environment.appDatabaseUrl)
  throw new Error('SLUICE_APP_DATABASE_URL is not set: start Sluice by `npm start`.');
await mkdir(environment.home, { recursive: true });
const database = openDatabase(environment.appDatabaseUrl, { maxConnections: 2 });
try {
  const { home, host, port, demo } = environment;
  for (const line of await bootstrap({ database, clock: () => new Date(), home, host, port, demo }))
    console.log(line);
} finally {
  await database.close();
}
