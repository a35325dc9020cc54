import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from '@platformatic/kafka';
import { BrokerFailure } from '../port/failure.ts';

const mechanisms = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;
type Mechanism = (typeof mechanisms)[number];
const isMechanism = (value: string): value is Mechanism => mechanisms.some((known) => known === value);

/**
 * Kafka's client properties (security.protocol, sasl.*, ssl.*) as the client's options. PEM only: `ssl.ca.location` (or
 * `ssl.truststore.location`) and `ssl.certificate.location` + `ssl.key.location` name files; the same names without `.location`, or Kafka's own
 * `ssl.truststore.certificates`, `ssl.keystore.certificate.chain`, `ssl.keystore.key`, carry the PEM text.
 * Throws BrokerFailure 'unsupported' for what can't be honoured: a security setting is never dropped in silence.
 */
export function connectionOptions(properties: Readonly<Record<string, string>>): ConnectionOptions {
  const protocol = (properties['security.protocol'] ?? 'PLAINTEXT').toUpperCase();
  switch (protocol) {
    case 'PLAINTEXT':
      return {};
    case 'SSL':
      return { tls: tlsOptions(properties), tlsServerName: true };
    case 'SASL_PLAINTEXT':
      return { sasl: saslOptions(properties) };
    case 'SASL_SSL':
      return { tls: tlsOptions(properties), tlsServerName: true, sasl: saslOptions(properties) };
    default:
      throw new BrokerFailure('unsupported', `security.protocol ${protocol} is not one that Kafka knows.`);
  }
}

function saslOptions(properties: Readonly<Record<string, string>>) {
  const mechanism = (properties['sasl.mechanism'] ?? '').toUpperCase();
  if (!isMechanism(mechanism))
    throw new BrokerFailure(
      'unsupported',
      `sasl.mechanism ${mechanism || '(none)'} is not supported: use ${mechanisms.join(', ')}.`,
    );
  const fromJaas = jaasCredentials(properties['sasl.jaas.config']);
  const username = properties['sasl.username'] ?? fromJaas?.username;
  const password = properties['sasl.password'] ?? fromJaas?.password;
  if (username === undefined || password === undefined)
    throw new BrokerFailure('not_authorized', 'sasl.username and sasl.password are both needed.');
  return { mechanism, username, password };
}

function jaasCredentials(jaas: string | undefined) {
  const username = jaas && /\busername="([^"]*)"/.exec(jaas)?.[1];
  const password = jaas && /\bpassword="([^"]*)"/.exec(jaas)?.[1];
  return username && password ? { username, password } : undefined;
}

function tlsOptions(properties: Readonly<Record<string, string>>) {
  const pem = (text: readonly string[], files: readonly string[]): string | undefined => {
    for (const name of text) if (properties[name]) return properties[name];
    for (const name of files) if (properties[name]) return readFileSync(properties[name], 'utf8');
    return undefined;
  };
  const format = properties['ssl.truststore.type'] ?? properties['ssl.keystore.type'] ?? 'PEM';
  if (format.toUpperCase() !== 'PEM')
    throw new BrokerFailure(
      'unsupported',
      `ssl stores of type ${format} are not supported: convert them to PEM.`,
    );
  const ca = pem(['ssl.ca', 'ssl.truststore.certificates'], ['ssl.ca.location', 'ssl.truststore.location']);
  const cert = pem(['ssl.certificate', 'ssl.keystore.certificate.chain'], ['ssl.certificate.location']);
  const key = pem(['ssl.key', 'ssl.keystore.key'], ['ssl.key.location']);
  const passphrase = properties['ssl.key.password'];
  // Kafka's own meaning: an empty algorithm switches the check of the host name off, and only that check.
  const checksHostName = properties['ssl.endpoint.identification.algorithm'] !== '';
  return {
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(passphrase && { passphrase }),
    ...(!checksHostName && { checkServerIdentity: () => undefined }),
  };
}
