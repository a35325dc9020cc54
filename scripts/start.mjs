import net from 'node:net';
import { enter } from './ground/enter.mjs';

/** Before minutes of installing: is the web's port free? The launcher asks again, and then also knows its own leftovers. */
async function refuseTakenPort() {
  const port = Number(process.env.PORT || '3000');
  const server = net.createServer();
  const code = await new Promise((resolve) => {
    server.once('error', (error) => resolve(error.code));
    server.listen(port, process.env.HOST || '127.0.0.1', () => resolve(null));
  }).catch(() => null);
  server.close();
  if (code !== 'EADDRINUSE') return;
  console.error(
    `Port ${port} is taken by another program. Stop that one, or choose another: PORT=${port + 1} npm start`,
  );
  process.exit(1);
}

await enter('launcher/main.ts', { beforeInstall: refuseTakenPort });
