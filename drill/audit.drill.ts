import { makeChain, makeLog, newTestKey, randomOf, signLog } from '#fixtures/audit-log.ts';
import { tamper, tamperings } from '#fixtures/audit-tampering.ts';
import { type ExportLine, readExportLine } from '#lib/domain/audit/export-line.ts';
import { verifyExport } from '#lib/domain/audit/verify-export.ts';

/** `npm run drill -- audit [trials] [lines] [first seed]`: random tamperings at or before the newest anchor of a log, and as many clean logs. */
const [trialsText = '1000', linesText = '10000', firstText = '1'] = process.argv.slice(2);
const [trials, lines, first] = [Number(trialsText), Number(linesText), Number(firstText)];
const shapeOf = (tail: number) => ({ events: lines, everyLines: Math.ceil(lines / 50), tail });
const shape = shapeOf(Math.ceil(lines / 50));

/** Bytes that were not touched are the same buffers in every trial: each is read and hashed once. */
const known = new WeakMap<Buffer, ExportLine>();
const readOnce = (bytes: Buffer, fileLine: number): ExportLine => {
  const read = known.get(bytes) ?? readExportLine(bytes, fileLine);
  known.set(bytes, read);
  return { ...read, fileLine };
};

const key = newTestKey();
const forger = newTestKey();
const log = makeLog(shape, key);
const rows = tamperings.map((kind) => ({ kind, trials: 0, found: 0, firstBadNamed: 0 }));
const began = performance.now();
for (let seed = first; seed < first + trials; seed++) {
  const row = rows[seed % rows.length];
  if (!row) continue;
  const tampered = tamper(log, shape, row.kind, forger, randomOf(seed));
  const verdict = verifyExport(tampered.lines, log.anchors, [key.verify], readOnce);
  row.trials++;
  if (verdict.ok) console.log(`seed ${seed}: ${tampered.what} was not found`);
  else {
    row.found++;
    if (verdict.bad.file === 'export' && verdict.bad.fileLine === tampered.firstBad) row.firstBadNamed++;
    else
      console.log(
        `seed ${seed}: ${tampered.what} at line ${tampered.firstBad}, named was ${verdict.bad.file} line ${verdict.bad.fileLine}: ${verdict.bad.what}`,
      );
  }
}
console.table(rows);

/** What differs from log to log is where heads were signed, and which of these lines they are. */
const chains = Array.from({ length: Math.min(20, trials) }, (_, of) =>
  makeChain(lines, (n) => `ana ${of} ${n % 3}`),
);
let alarms = 0;
for (let seed = first; seed < first + trials; seed++) {
  const random = randomOf(seed);
  const chain = chains[seed % chains.length];
  if (!chain) continue;
  const everyLines = 1 + Math.floor((random() * lines) / 25);
  const clean = signLog(
    chain,
    { everyLines: Math.max(everyLines, Math.ceil(lines / 200)), tail: Math.floor(random() * lines) },
    key,
  );
  const verdict = verifyExport(clean.lines, random() < 0.5 ? clean.anchors : null, [key.verify], readOnce);
  if (verdict.ok && verdict.seq === BigInt(lines)) continue;
  alarms++;
  console.log(`clean log ${seed}: ${verdict.ok ? `ends at ${verdict.seq}` : verdict.bad.what}`);
}
const sum = (of: 'trials' | 'found' | 'firstBadNamed') => rows.reduce((total, row) => total + row[of], 0);
console.log(
  `${sum('found')} of ${sum('trials')} tamperings of ${lines} lines found, ${sum('firstBadNamed')} with their first bad line; ${alarms} alarms over ${trials} clean logs; ${((performance.now() - began) / 1000).toFixed(0)} s`,
);
process.exitCode = sum('firstBadNamed') === trials && alarms === 0 ? 0 : 1;
