import { randomInt } from 'node:crypto';
import net from 'node:net';
import { readJson, writeJson } from './home.ts';

/** @returns null when it can be listened on, else the system's code (EADDRINUSE, EACCES, …) */
export function portProblem(port: number, host = '127.0.0.1'): Promise<string | null> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'));
    server.listen(port, host, () => server.close(() => resolve(null)));
  });
}

/** Below the range that systems hand out for outgoing connections, so that a port found free stays so until it is used. */
const range = { from: 20_000, to: 31_000 };

/** @param taken ports that are spoken for though nobody listens yet */
export async function freePort(taken: ReadonlySet<number> = new Set()): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = randomInt(range.from, range.to);
    if (!taken.has(port) && (await portProblem(port)) === null) return port;
  }
  throw new Error(`No free port was found on 127.0.0.1 between ${range.from} and ${range.to}.`);
}

export type EmbeddedPorts = {
  postgres: number;
  kafka: number;
  kafkaController: number;
  demoProvider: number;
};

/** The embedded parts' ports: those of the last start where they are still free. */
export async function choosePorts(file: string): Promise<EmbeddedPorts> {
  const before = readJson<Partial<EmbeddedPorts>>(file) ?? {};
  const taken = new Set<number>();
  const pick = async (wanted: number | undefined) => {
    const usable = wanted !== undefined && !taken.has(wanted) && (await portProblem(wanted)) === null;
    const port = usable ? wanted : await freePort(taken);
    taken.add(port);
    return port;
  };
  const ports = {
    postgres: await pick(before.postgres),
    kafka: await pick(before.kafka),
    kafkaController: await pick(before.kafkaController),
    demoProvider: await pick(before.demoProvider),
  };
  writeJson(file, ports);
  return ports;
}
