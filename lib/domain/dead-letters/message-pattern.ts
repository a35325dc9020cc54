const messageMax = 2000;
const patternMax = 500;

/** Words with digits in them that are names of things and not values: taking them out would say less and group no better. */
const constantWord =
  /^(?:utf-?(?:8|16|32)|iso-?8859-?1|u?int(?:8|16|32|64)|float(?:32|64)|base(?:32|64)|sha-?(?:1|256|512)|md5|http\/?[123]?|oauth2|x509|s3|ec2|k8s|ipv[46]|v\d{1,2}|log4j2?|h2|tlsv1)$/i;
/** Error codes of products: ORA-00001, SQLSTATE 23505, SRMSG00103, SQS… */
const errorCode = /^(?:ORA|PLS|TNS|SRMSG|SQLSTATE|SQL|DB2|ERR|ESRCH|E1|KAFKA|JDBC|HHH|ISO)-?_?\d{1,6}$/;
/** HTTP and gRPC statuses are part of what went wrong, so they stay. */
const statusContext =
  /\b((?:HTTP(?:\/\d(?:\.\d)?)?|status(?:[ _-]?code)?|response(?:[ _-]?code)?|answered|returned)["']?\s{0,2}[:=]?\s{0,2})([1-5]\d\d)\b/gi;
/** The same without a context, by the phrase that HTTP gives it: "503 Service Unavailable". */
const statusPhrase =
  /()\b([45]\d\d)(?= (?:Bad Request|Unauthorized|Forbidden|Not Found|Method Not Allowed|Request Time-?out|Conflict|Gone|Payload Too Large|Unprocessable \w+|Too Many Requests|Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out)\b)/gi;
const statusMark = '\uE000';
const digitLetters = 'abcdefghij';

/** Written in letters until the numbers are out. */
const keptStatus = (_all: string, context = '', digits = '') =>
  `${context}${statusMark}${[...digits].map((digit) => digitLetters[Number(digit)]).join('')}${statusMark}`;

/** What, by what, and a piece of text without which there is nothing to find: most messages have none of most of them. */
type Rule = readonly [RegExp, string | ((...groups: string[]) => string), string?];

/** In this order: what is recognised as a whole goes before what would match a piece of it. Each is linear: no nested repeats. */
const rules: readonly Rule[] = [
  [statusContext, keptStatus],
  [statusPhrase, keptStatus],
  [/\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'<>`)\]}]+/gi, '<url>', '://'],
  [/[\w.+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+/gi, '<email>', '@'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<uuid>', '-'],
  [
    /\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:\s?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?)?(?:\[[\w/+-]{1,40}\])?/g,
    '<time>',
    '-',
  ],
  [
    /\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? (?:\d{1,2} )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* \d{1,4}[\w :+]{0,24}\d/g,
    '<time>',
  ],
  [/\b(?:\d{1,3}\.){3}\d{1,3}(?:[:/]\d{1,5})?\b/g, '<ip>'],
  [/\b\d{1,2}:\d\d:\d\d(?:[.,]\d{1,9})?\b/g, '<time>', ':'],
  [/\b\d{1,2}[/.]\d{1,2}[/.](?:\d{4}|\d\d)\b/g, '<time>'],
  [/(?<![\w:])\[?(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{1,4}\]?(?::\d{1,5})?(?![\w:])/gi, '<ip>', ':'],
  [/@[0-9a-f]{4,16}\b/gi, '@<hex>', '@'],
  [/\b0x[0-9a-f]+\b/gi, '<hex>'],
  [/"(?:[^"\\]|\\.)*"/g, '<str>', '"'],
  [/(?<![\w])'[^']*'(?![\w])/g, '<str>'],
  [/`[^`]*`/g, '<str>', '`'],
  [/[“«][^”»]*[”»]/g, '<str>'],
];

const unit =
  '(?:ns|us|µs|ms|s|sec|secs|seconds?|m|min|mins|minutes?|h|hours?|d|days?|b|bytes?|kb|kib|mb|mib|gb|gib|%)';
const number = new RegExp(`^[+-]?\\d[\\d.,_]*(?:e[+-]?\\d+)?(${unit})?$`, 'i');
const word = /[+-]?[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?(?:[.,]\d+)*%?/g;

function wordPattern(text: string): string {
  if (!/\d/.test(text)) return /^[0-9a-f]{12,}$/i.test(text) ? '<hex>' : text;
  const measured = number.exec(text);
  if (measured) return `<n>${measured[1] ?? ''}`;
  if (constantWord.test(text) || errorCode.test(text)) return text;
  return /^[0-9a-f]{8,}$/i.test(text) ? '<hex>' : '<id>';
}

/** `{…}` and `[…]` around values: innermost first, a bounded number of times. */
function foldBrackets(text: string): string {
  if (!text.includes('{')) return text;
  let folded = text;
  for (let depth = 0; depth < 6; depth++) {
    const next = folded.replace(/\{[^{}]*[:=<"][^{}]*\}/g, '<json>');
    if (next === folded) break;
    folded = next;
  }
  return folded;
}

/**
 * The message with what varies from record to record taken out, so that one failure has one pattern: URLs, e-mail addresses, UUIDs, times,
 * addresses, quoted text, JSON, hex, ids and numbers. HTTP statuses and products' error codes stay: they tell failures apart.
 */
export function messagePattern(message: string): string {
  let text = foldBrackets(message.slice(0, messageMax));
  for (const [pattern, replacement, needs] of rules)
    if (needs === undefined || text.includes(needs))
      text =
        typeof replacement === 'string'
          ? text.replace(pattern, replacement)
          : text.replace(pattern, replacement);
  text = text.replace(word, wordPattern);
  text = text.replace(/(<\w+>)(?:\s{0,3}[,;|]\s{0,3}\1)+/g, '$1, …');
  text = text.replace(/\uE000([a-j]{3})\uE000/g, (_all, letters: string) =>
    [...letters].map((letter) => digitLetters.indexOf(letter)).join(''),
  );
  return text.replace(/\s+/g, ' ').trim().slice(0, patternMax);
}
