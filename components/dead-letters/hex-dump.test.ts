import { expect, test } from 'vitest';
import { bytesOfBase64, hexDump } from './hex-dump.ts';

test('sixteen bytes a line with their printable text', () => {
  const bytes = bytesOfBase64(Buffer.from('Sluice\u0000\u00ff gate opens').toString('base64'));
  expect(bytes && hexDump(bytes)).toEqual([
    { at: '000000', hex: '53 6c 75 69 63 65 00 c3 bf 20 67 61 74 65 20 6f', text: 'Sluice... gate o' },
    { at: '000010', hex: '70 65 6e 73', text: 'pens' },
  ]);
});

test('what is not base64 gives null, a limit cuts', () => {
  expect(bytesOfBase64('%%%')).toBeNull();
  expect(hexDump(new Uint8Array(100), 32)).toHaveLength(2);
});
