import { describe, expect, it } from 'vitest';
import { conventions } from './convention.ts';
import { failureHeaderNames, isFailureHeader } from './failure-headers.ts';

describe('isFailureHeader', () => {
  it('covers every name that a convention is read from', () => {
    for (const convention of conventions)
      for (const name of failureHeaderNames(convention)) expect(isFailureHeader(name, convention)).toBe(true);
  });

  it('takes Spring’s two conventions as one', () => {
    expect(isFailureHeader('kafka_dlt-original-consumer-group', 'spring-retry-topic')).toBe(true);
    expect(isFailureHeader('retry_topic-attempts', 'spring-kafka')).toBe(true);
  });

  it('leaves the application’s headers, and other conventions’, alone', () => {
    for (const name of ['traceparent', 'kafka_correlationId', '__proto__', '', 'source_topic'])
      expect(isFailureHeader(name, 'spring-kafka')).toBe(false);
    expect(isFailureHeader('kafka_dlt-original-topic', 'none')).toBe(false);
  });

  it('follows a declared mapping', () => {
    const mapping = { message: { header: 'x-err', as: 'text' } } as const;
    expect(isFailureHeader('x-err', 'declared', mapping)).toBe(true);
    expect(isFailureHeader('x-err', 'declared')).toBe(false);
  });
});
