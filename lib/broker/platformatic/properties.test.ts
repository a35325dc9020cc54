import { describe, expect, it } from 'vitest';
import { connectionOptions } from './properties.ts';

const scram = { 'sasl.mechanism': 'SCRAM-SHA-512', 'sasl.username': 'reader', 'sasl.password': 'secret' };

describe('connectionOptions', () => {
  it('plain without properties', () => {
    expect(connectionOptions({})).toEqual({});
  });
  it('SASL over TLS, with the host name checked', () => {
    const options = connectionOptions({ 'security.protocol': 'sasl_ssl', ...scram, 'ssl.ca': 'PEM' });
    expect(options).toEqual({
      sasl: { mechanism: 'SCRAM-SHA-512', username: 'reader', password: 'secret' },
      tls: { ca: 'PEM' },
      tlsServerName: true,
    });
  });
  it('takes credentials from a JAAS line', () => {
    const jaas =
      'org.apache.kafka.common.security.plain.PlainLoginModule required username="a" password="b c";';
    const options = connectionOptions({
      'security.protocol': 'SASL_PLAINTEXT',
      'sasl.mechanism': 'PLAIN',
      'sasl.jaas.config': jaas,
    });
    expect(options.sasl).toEqual({ mechanism: 'PLAIN', username: 'a', password: 'b c' });
  });
  it('leaves the host name unchecked only when told so', () => {
    const off = connectionOptions({
      'security.protocol': 'SSL',
      'ssl.endpoint.identification.algorithm': '',
    });
    expect(off.tls?.checkServerIdentity?.('a', {} as never)).toBeUndefined();
    expect(off.tls).not.toHaveProperty('rejectUnauthorized');
  });
  it.each([
    ['an unknown protocol', { 'security.protocol': 'TLS' }, /TLS/],
    ['an unknown mechanism', { 'security.protocol': 'SASL_SSL', 'sasl.mechanism': 'GSSAPI' }, /GSSAPI/],
    [
      'no password',
      { 'security.protocol': 'SASL_SSL', ...scram, 'sasl.password': undefined },
      /sasl\.password/,
    ],
    ['a Java key store', { 'security.protocol': 'SSL', 'ssl.truststore.type': 'JKS' }, /PEM/],
  ])('refuses %s', (_name, properties, message) => {
    const given = Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
    expect(() => connectionOptions(given as Record<string, string>)).toThrow(message);
  });
});
