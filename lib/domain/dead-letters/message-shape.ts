/** Kinds of characters: 1 may stand in a word, 2 is a digit, 0 ends a word. */
const kinds = new Uint8Array(128);
for (const letter of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-')
  kinds[letter.charCodeAt(0)] = 1;
for (const digit of '0123456789') kinds[digit.charCodeAt(0)] = 2;
const kindAt = (text: string, at: number): number => kinds[text.charCodeAt(at)] ?? 0;

/** Behind one of these a number may be a status; `statusReach` characters behind its end none can begin any more. */
const statusWord = /http|status|code|response|answered|returned/gi;
const statusReach = 14;
/** "503 Service Unavailable": three digits, a space, a letter. */
const statusDigits = 3;

/** Letters that make a constant of the digits behind them (message-pattern.ts), and what a time may have left in front of them. */
const constantWord =
  /(?:^|[^A-Za-z])(?:Z|UTC|GMT)?(?:utf|iso|u?int|float|base|sha|md|http|oauth|x|s|ec|k|ipv|v|log|j|h|tlsv)[-_]*\d/i;
const errorCode =
  /(?:^|[^A-Za-z])(?:Z|UTC|GMT)?(?:ORA|PLS|TNS|SRMSG|SQLSTATE|SQL|DB|ERR|ESRCH|E|KAFKA|JDBC|HHH|ISO)[-_]*\d/;
/** Longer words are left as they are: an address may be cut out of their middle. */
const wordMax = 60;

/** So many, by their number: few numbers are longer. */
const zeros = Array.from({ length: 21 }, (_, count) => '0'.repeat(count));

const noEnds: readonly number[] = [];
function statusWordEnds(message: string): readonly number[] {
  statusWord.lastIndex = 0;
  if (!statusWord.test(message)) return noEnds;
  const ends: number[] = [];
  do ends.push(statusWord.lastIndex);
  while (statusWord.test(message));
  return ends;
}

/** Whether the digits of the word from `start` to `end` may be what it is. */
function isNamed(message: string, start: number, end: number): boolean {
  if (end - start > wordMax) return true;
  const word = message.slice(start, end);
  return constantWord.test(word) || errorCode.test(word);
}

/**
 * The message with a 0 for every digit of which no rule asks which one it is: messages of one shape have one pattern (message-pattern.ts) and one
 * verdict (verdict.ts), so both need to be found out only once.
 */
export function messageShape(message: string): string {
  const ends = statusWordEnds(message);
  let nextEnd = 0;
  let reach = -1;
  let shape = '';
  let copied = 0;
  let wordStart = 0;
  let wordEnd = -1;
  let named = false;
  for (let at = 0; at < message.length; at++) {
    const kind = kindAt(message, at);
    if (kind === 0) wordStart = at + 1;
    if (kind !== 2) continue;
    let end = at + 1;
    while (kindAt(message, end) === 2) end++;
    if (at >= wordEnd) {
      wordEnd = end;
      while (kindAt(message, wordEnd) !== 0) wordEnd++;
      named = wordEnd - wordStart > end - at && isNamed(message, wordStart, wordEnd);
    }
    for (let status = ends[nextEnd]; status !== undefined && status <= at; status = ends[++nextEnd])
      reach = status + statusReach;
    const phrase = end - at === statusDigits && message[end] === ' ' && kindAt(message, end + 1) === 1;
    // "0x" begins a hexadecimal number, and no other digit does.
    const hexadecimal = end - at === 1 && (message[end] === 'x' || message[end] === 'X');
    if (!named && at > reach && !phrase && !hexadecimal) {
      shape += message.slice(copied, at) + (zeros[end - at] ?? '0'.repeat(end - at));
      copied = end;
    }
    at = end - 1;
  }
  return copied === 0 ? message : shape + message.slice(copied);
}
