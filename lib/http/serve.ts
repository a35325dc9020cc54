import http, { type IncomingMessage } from 'node:http';
import path from 'node:path';
import next from 'next';
import { passCodingOn } from './compress.ts';
import { portTakenExit } from './exit-codes.ts';

/** The header in which routes find the true address of whoever connected; what a client sends under this name is overwritten. */
const peerHeader = 'x-sluice-peer';
/** How long answers in flight may take to end once it is told to stop; streams of events never end by themselves. */
const drainMs = 1500;

const dev = process.argv.includes('--dev');
const host = process.env.HOST || '127.0.0.1';
const port = Number(process.env.PORT || '3000');
const root = path.resolve(import.meta.dirname, '..', '..');

/** Node gives the last of several headers of one name, or joins them: so they are all replaced by the socket's own word. */
function setPeer(request: IncomingMessage): void {
  request.headers[peerHeader] = request.socket.remoteAddress ?? '';
}

async function serve(): Promise<void> {
  const app = next({ dev, dir: root, hostname: host, port });
  const handle = app.getRequestHandler();
  await app.prepare();
  const server = http.createServer((request, response) => {
    setPeer(request);
    passCodingOn(response);
    handle(request, response).catch((error: unknown) => {
      console.error(error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  if (dev) server.on('upgrade', app.getUpgradeHandler());
  server.keepAliveTimeout = 65_000;
  server.once('error', (error: NodeJS.ErrnoException) => {
    console.error(`The web can't listen on ${host}:${port}: ${error.message}`);
    process.exit(error.code === 'EADDRINUSE' ? portTakenExit : 1);
  });
  server.listen(port, host, () => console.log(`The web listens on ${host}:${port}.`));

  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    server.close(() => process.exit(0));
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), drainMs).unref();
    setTimeout(() => process.exit(0), 2 * drainMs).unref();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

await serve();
