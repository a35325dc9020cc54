import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { readEnvironment } from '#lib/config/environment.ts';
import { workerEnvironment, workerFlags } from '../launcher/parts.ts';

const root = path.resolve(import.meta.dirname, '..', '..');
const text = readFileSync(path.join(root, 'compose.yaml'), 'utf8');
type Container = {
  command?: string[];
  image?: string;
  environment: Record<string, string>;
  ports?: string[];
};
const { services } = parse(text, { merge: true }) as { services: Record<string, Container> };
const scriptsIn = (command: readonly string[]) => command.join(' ').match(/\S+\.(mjs|ts)\b/g) ?? [];

it('runs only programs that are there', () => {
  const dockerfile = readFileSync(path.join(root, 'Dockerfile'), 'utf8');
  const named = [
    ...Object.values(services).flatMap(({ command = [] }) => scriptsIn(command)),
    ...scriptsIn([dockerfile.replaceAll('"', ' ')]),
  ];
  expect(named).toEqual(
    expect.arrayContaining(['lib/http/serve.ts', 'lib/worker/main.ts', 'scripts/migrate.mjs']),
  );
  for (const file of named) expect(existsSync(path.join(root, file)), file).toBe(true);
});

it.each(['web', 'worker'])("gives the %s what it reads, and never the owner's connection string", (name) => {
  const environment = services[name]?.environment ?? {};
  expect(environment).not.toHaveProperty('DATABASE_URL');
  expect(readEnvironment(environment as unknown as NodeJS.ProcessEnv)).toMatchObject({
    host: '0.0.0.0',
    port: 3000,
    home: '/var/lib/sluice',
    kafkaBrokers: ['kafka:9092'],
    demo: false,
  });
});

it('bounds the memory of the worker as npm start does', () => {
  expect(services.worker?.command).toEqual(['node', ...workerFlags, 'lib/worker/main.ts']);
  expect(services.worker?.environment).toMatchObject(workerEnvironment);
});

it('has no password in it, and publishes on loopback only', () => {
  for (const [, password] of text.matchAll(/(?:PASSWORD: |postgresql:\/\/\w+:)(\S+?)(?:@|$)/gm))
    expect(password).toMatch(/^\$\{SLUICE_\w+_PASSWORD:\?/);
  expect(Object.values(services).flatMap(({ ports = [] }) => ports)).toEqual(['127.0.0.1:3000:3000']);
});

it('runs the same Kafka as the embedded one', () => {
  const pom = readFileSync(path.join(root, 'scripts', 'kafka', 'pom.xml'), 'utf8');
  const version = /kafka_2\.13<\/artifactId><version>([^<]+)</.exec(pom)?.[1];
  expect(services.kafka?.image).toBe(`apache/kafka:${version}`);
});
