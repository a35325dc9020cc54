import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { log, reasonOf } from '../log.ts';
import { mailboxExists } from '../orders/fate.ts';
import { decideCharge } from './answer.ts';
import { acceptMessage, charge, chargeOf } from './ledger.ts';

// The payment provider and the mail gateway: somebody else's service, in a process of its own. It lives as long as the
// demo that started it, which also tells it (and nobody else does) when it is down.

const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: 6,
  application_name: 'demo-provider',
});
pool.on('error', (error) => log('provider', `lost an idle connection: ${error.message}`));
let down = false;

type Fields = Readonly<Record<string, unknown>>;

async function readBody(request: IncomingMessage): Promise<Fields> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString('utf8')) as Fields;
}

const answer = (response: ServerResponse, status: number, body: unknown) => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
};

async function leaveWaiting(response: ServerResponse): Promise<void> {
  await sleep(150);
  answer(response, 504, { code: 'gateway_timeout' });
}

async function takeCharge(idempotencyKey: string, body: Fields, response: ServerResponse): Promise<void> {
  const orderId = String(body.orderId);
  const decision = decideCharge(orderId, String(body.cardToken), down);
  if (decision.kind === 'decline')
    return answer(response, 402, { code: 'card_declined', reason: decision.reason });
  if (decision.kind === 'refuse') return answer(response, 503, { code: 'charge_backend_unavailable' });
  if (decision.kind === 'no-answer') return leaveWaiting(response);
  const made = await charge(pool, {
    idempotencyKey,
    orderId,
    amount: Number(body.amount),
    currency: String(body.currency),
  });
  if (decision.kind === 'charge') return answer(response, made.repeated ? 200 : 201, made);
  return leaveWaiting(response);
}

/** What its books say of a key: the question that a provider answers to whoever asks before trying again. */
async function tellCharge(idempotencyKey: string, response: ServerResponse): Promise<void> {
  const found = await chargeOf(pool, idempotencyKey);
  answer(response, found ? 200 : 404, found ?? { code: 'no_such_charge' });
}

async function takeMessage(idempotencyKey: string, body: Fields, response: ServerResponse): Promise<void> {
  const recipient = String(body.recipient);
  if (!mailboxExists(recipient)) return answer(response, 422, { code: 'mailbox_unavailable' });
  answer(response, 202, { messageId: await acceptMessage(pool, idempotencyKey, recipient) });
}

const failed = (request: IncomingMessage, response: ServerResponse) => (error: unknown) => {
  log('provider', `500 to ${request.url}: ${reasonOf(error)}`);
  if (!response.headersSent) answer(response, 500, { code: 'internal' });
};

const server = createServer((request, response) => {
  const asked = request.method === 'GET' && /^\/charges\/([^/?]+)$/.exec(request.url ?? '')?.[1];
  if (asked) return void tellCharge(decodeURIComponent(asked), response).catch(failed(request, response));
  const take = request.url === '/charges' ? takeCharge : request.url === '/messages' ? takeMessage : null;
  const idempotencyKey = request.headers['idempotency-key'];
  if (request.method !== 'POST' || take === null) return answer(response, 404, { code: 'not_found' });
  if (typeof idempotencyKey !== 'string') return answer(response, 400, { code: 'idempotency_key_missing' });
  readBody(request)
    .then((body) => take(idempotencyKey, body, response))
    .catch(failed(request, response));
});
server.keepAliveTimeout = 30_000;

let ending = false;
const end = async () => {
  if (ending) return;
  ending = true;
  server.closeAllConnections();
  server.close();
  await pool.end();
  process.exit(0);
};
process.on('SIGTERM', end);
process.on('SIGINT', () => undefined); // a Ctrl-C reaches the whole process group; the demo ends us when its services have stopped
process.on('disconnect', end);
process.on('message', (message: { revision: number; down: boolean }) => {
  down = message.down;
  process.send?.({ kind: 'applied', revision: message.revision });
});

server.listen(Number(process.env.DEMO_PROVIDER_PORT ?? '0'), '127.0.0.1', () => {
  process.send?.({ kind: 'listening', port: (server.address() as AddressInfo).port });
});
