import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { ObservedTopic } from '#lib/domain/flows/init/observed.ts';
import { observeFields } from '#lib/domain/flows/init/observed-fields.ts';
import { writeDeclaration } from '#lib/domain/flows/init/write-declaration.ts';
import { buildConfig } from './build.ts';
import { checkMeaning } from './check-meaning.ts';
import { fileSchema } from './file-schema.ts';

function parseConfig(text: string) {
  const file = fileSchema.parse(parse(text));
  expect(checkMeaning(file)).toEqual([]);
  return buildConfig(file, [], null);
}

const observed: ObservedTopic = {
  ...{ cluster: 'main', topic: 'orders.v1', partitions: 6, retentionMs: 604_800_000 },
  ...{ readers: ['payments-service', 'fraud-service'], unknownReaders: [], subject: 'orders.v1-value' },
  sample: { records: 40, withKey: 40, keyFields: ['orderId'], uniqueFields: ['orderId'] },
  deadLetters: [
    {
      ...{ topic: 'orders.v1.payments.dlq', partitions: 3, looked: 20, fromHere: 20 },
      groups: ['payments-service'],
      retryTopics: ['orders.v1.payments.retry'],
      quarantine: 'orders.v1.payments.quarantine',
    },
  ],
};

describe('a declaration that was written from a running topic', () => {
  it('says what was seen, asks what was not, and allows least', () => {
    const text = writeDeclaration(observed);
    const [flow] = parseConfig(text).flows;
    expect(flow).toMatchObject({
      ...{ name: 'payments', topic: 'orders.v1', deadLetters: 'orders.v1.payments.dlq' },
      retryTopics: ['orders.v1.payments.retry'],
      quarantine: 'orders.v1.payments.quarantine',
      groups: [{ id: 'payments-service', isolation: 'read_uncommitted', replaySafe: false }],
      boundary: {
        contract: { subject: 'orders.v1-value' },
        ordering: { key: 'orderId', required: true },
        effects: [],
        replay: 'never',
      },
      policy: { destinations: ['quarantine'] },
    });
    expect(text).toMatch(/QUESTION: .*truth/);
    expect(text).toMatch(/Another one in each of 40 records: field:\/orderId/);
  });

  it('makes a flow of each dead-letter topic, and one of a topic that has none', () => {
    const [letters] = observed.deadLetters;
    const second = {
      ...letters,
      topic: 'orders.v1.fraud.dlq',
      groups: ['fraud-service'],
    } as typeof letters & {};
    const names = (more: Partial<ObservedTopic>) =>
      parseConfig(writeDeclaration({ ...observed, ...more })).flows.map(({ name }) => name);
    expect(names({ deadLetters: [...observed.deadLetters, second] })).toEqual(['payments', 'fraud']);
    expect(names({ deadLetters: [] })).toEqual(['orders.v1']);
    expect(names({ deadLetters: [], readers: [] })).toEqual(['orders.v1']);
  });

  it('is valid whatever the names are', () => {
    const name = fc
      .string({ minLength: 1, maxLength: 30, unit: 'grapheme' })
      .filter((each) => each.trim() === each);
    // What Kafka takes for the name of a topic, but Sluice's own.
    const legal = fc.stringMatching(/^[A-Za-z0-9._-]{1,30}$/).filter((each) => !/^(__|sluice\.)/.test(each));
    fc.assert(
      fc.property(
        legal,
        fc.uniqueArray(name, { maxLength: 3 }),
        fc.option(name),
        fc.boolean(),
        (topic, readers, subject, letters) => {
          const [known] = observed.deadLetters;
          const deadLetters = letters && known ? [{ ...known, topic: `${topic}.dlq`, groups: readers }] : [];
          const [flow] = parseConfig(
            writeDeclaration({ ...observed, topic, readers, subject, deadLetters }),
          ).flows;
          expect(flow?.topic).toBe(topic);
          expect(flow?.groups.map(({ id }) => id)).toEqual(readers);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('what members of values look like', () => {
  const record = (key: string | null, value: unknown) => ({ key, value: JSON.stringify(value) });

  it('finds the key and what is another one in each', () =>
    expect(
      observeFields([record('a', { id: 'a', at: 1, kind: 'x' }), record('b', { id: 'b', at: 2, kind: 'x' })]),
    ).toEqual({
      keyFields: ['id'],
      uniqueFields: ['id', 'at'],
    }));

  it.each([
    ['one record', [record('a', { id: 'a' })]],
    ['a value that is no JSON', [record('a', { id: 'a' }), { key: 'b', value: 'plain' }]],
    ['no value', [record('a', { id: 'a' }), { key: 'b', value: null }]],
    ['an array', [record('a', [1]), record('b', [2])]],
  ])('claims nothing of %s', (_name, records) =>
    expect(observeFields(records)).toEqual({ keyFields: [], uniqueFields: [] }),
  );
});
