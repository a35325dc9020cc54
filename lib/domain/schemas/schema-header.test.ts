import { describe, expect, it } from 'vitest';
import { readSchemaHeader } from './schema-header.ts';

const header = (name: string, value: number[] | null) => ({
  name: Buffer.from(name),
  value: value === null ? null : Buffer.from(value),
});
const guidBytes = Array.from({ length: 16 }, (_, at) => at * 17);
const guid = '00112233-4455-6677-8899-aabbccddeeff';

describe('readSchemaHeader', () => {
  it('reads an id and a GUID, of key and value each by its own header', () => {
    const headers = [
      header('__key_schema_id', [0, 0, 0, 1, 2]),
      header('__value_schema_id', [1, ...guidBytes, 4, 0, 2]),
    ];
    expect(readSchemaHeader(headers, 'key')).toMatchObject({
      ...{ state: 'named', ref: { id: 258, guid: null } },
    });
    const value = readSchemaHeader(headers, 'value');
    expect(value).toMatchObject({ state: 'named', ref: { id: null, guid } });
    expect(value?.state === 'named' && [...value.rest]).toEqual([4, 0, 2]);
  });

  it('takes the last of several, and a null as none', () => {
    const first = header('__value_schema_id', [0, 0, 0, 0, 1]);
    const second = header('__value_schema_id', [0, 0, 0, 0, 2]);
    expect(readSchemaHeader([first, second], 'value')).toMatchObject({ ref: { id: 2 } });
    expect(readSchemaHeader([first, header('__value_schema_id', null)], 'value')).toBeNull();
  });

  it('is null without such a header, whatever looks like it', () => {
    expect(readSchemaHeader([], 'value')).toBeNull();
    const others = ['__VALUE_SCHEMA_ID', '__value_schema_i_', '__key_schema_id'];
    expect(
      readSchemaHeader(
        others.map((name) => header(name, [0, 0, 0, 0, 1])),
        'value',
      ),
    ).toBeNull();
  });

  it.each([
    [[], 'is empty'],
    [[0, 0, 0, 1], 'has 4 bytes, where an id takes 5'],
    [[0, 255, 255, 255, 255], 'holds the id -1, which no schema has'],
    [[1, 2, 3], 'has 3 bytes, where a GUID takes 17'],
    [[2, 0, 0, 0, 1], 'begins with the byte 2'],
    [[...'12'].map((digit) => digit.charCodeAt(0)), 'begins with the byte 49'],
    [Array(600).fill(0), 'has 600 bytes'],
  ])('says what is wrong: %j', (value, what) => {
    const found = readSchemaHeader([header('__value_schema_id', value)], 'value');
    expect(found?.state === 'unknown' && found.why).toContain(what);
  });

  it("tells Apicurio's ids for what they are, and does not take one for another", () => {
    const id = [0, 0, 0, 0, 0, 0, 1, 0];
    const found = readSchemaHeader([header('apicurio.value.globalId', id)], 'value');
    expect(found).toMatchObject({
      state: 'unknown',
      why: expect.stringContaining("Apicurio's global id 256"),
    });
    const content = readSchemaHeader([header('apicurio.key.contentId', id.slice(1))], 'key');
    expect(content).toMatchObject({ why: 'Its header apicurio.key.contentId should be 8 bytes, and has 7.' });
    const both = [header('apicurio.value.globalId', id), header('__value_schema_id', [0, 0, 0, 0, 7])];
    expect(readSchemaHeader(both, 'value')).toMatchObject({ state: 'named', ref: { id: 7 } });
  });
});
