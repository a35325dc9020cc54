import { expect, it, vi } from 'vitest';
import { jsonLines, partsOf } from './json-lines.ts';

const cut = async function* (text: string, every: number) {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += every) yield bytes.slice(at, at + every);
};
const read = async (text: string, every: number) => {
  const lines: unknown[] = [];
  for await (const line of jsonLines(cut(text, every))) lines.push(line);
  return lines;
};

it('is the same wherever the body is cut, also inside of a letter', async () => {
  const text = '{"a":"Zoë"}\n{"b":[1,2]}\n\n{"c":null}';
  for (const every of [1, 2, 3, 7, 100])
    expect(await read(text, every)).toEqual([{ a: 'Zoë' }, { b: [1, 2] }, { c: null }]);
});

it('says so when the last line was cut', async () => {
  await expect(read('{"a":1}\n{"b":', 4)).rejects.toThrow(SyntaxError);
});

it('lets the source know when nobody reads on', async () => {
  const cancel = vi.fn();
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array([10])),
    cancel,
  });
  for await (const part of partsOf(body)) {
    expect(part).toEqual(new Uint8Array([10]));
    break;
  }
  expect(cancel).toHaveBeenCalledTimes(1);
});
