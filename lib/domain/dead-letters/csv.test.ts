import { describe, expect, it } from 'vitest';
import { csvRow } from './csv.ts';

describe('a row of CSV', () => {
  it('is RFC 4180: commas, quotes and line ends are quoted, nothing else is', () => {
    expect(csvRow(['a', 'b,c', 'say "no"', 'two\nlines', 'two\r\nlines', 7, true])).toBe(
      'a,"b,c","say ""no""","two\nlines","two\r\nlines",7,true\r\n',
    );
  });

  it('tells nothing from an empty text', () => {
    expect(csvRow([null, '', null])).toBe(',"",\r\n');
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', '"\'\r=1"'],
    ['\n=1', '"\'\n=1"'],
    ['＝1', "'＝1"],
    ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
    ["=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"],
  ])('%j is no formula', (text, written) => {
    expect(csvRow([text])).toBe(`${written}\r\n`);
  });

  it('leaves alone what only holds such a sign', () => {
    expect(csvRow(['a=b', '1-2', 'x@y', '12345678901234567890', 'λ ü 😀'])).toBe(
      'a=b,1-2,x@y,12345678901234567890,λ ü 😀\r\n',
    );
  });

  it('a negative number is kept from being read as a formula too', () => {
    expect(csvRow([-1])).toBe("'-1\r\n");
  });
});
