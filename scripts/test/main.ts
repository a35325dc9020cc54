import { watchParent } from '../ground/parent-watch.ts';
import { generateClient } from '../launcher/generate.ts';
import { messageOf } from '../launcher/start-error.ts';
import { seconds } from '../launcher/steps.ts';
import { add, type Counts } from './counts.ts';
import { allPhases, type Phase, type PhaseContext, parts, togetherOf } from './phases.ts';
import { createRunner } from './run-live.ts';
import { type PhaseResult, runPhase, summaryLines } from './run-phase.ts';
import { openScratch } from './scratch.ts';
import { startServices, type TestServices } from './services.ts';

const write = (line: string) => process.stdout.write(`${line}\n`);
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

function chosenPhases(args: readonly string[]): readonly Phase[] | null {
  if (args.length === 0) return allPhases;
  const unknown = args.filter((name) => !(name in parts));
  if (unknown.length === 0) return [...new Set(args.flatMap((name) => parts[name] ?? []))];
  console.error(`There is no part "${unknown.join('", "')}": npm test [${Object.keys(parts).join('|')}]`);
  return null;
}

/** Aborts on Ctrl-C, SIGTERM, or when whoever started the tests is gone. */
function abortWhenTold(): AbortSignal {
  const over = new AbortController();
  const stop = (why: string) => over.abort(new Error(why));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(signal));
  watchParent(() => stop('whoever started the tests is gone'));
  return over.signal;
}

async function runAll(root: string, phases: readonly Phase[], signal: AbortSignal): Promise<Counts> {
  const { folder, remove } = openScratch();
  process.env.TMPDIR = folder; // of this process and all that it starts
  let services: Promise<TestServices> | null = null;
  const at: PhaseContext = {
    root,
    folder,
    signal,
    write,
    run: createRunner(root, signal),
    services: async () => {
      services ??= startServices(root, write);
      return (await services).env;
    },
    stopServices: async () => {
      const running = services;
      services = null;
      await (await running?.catch(() => null))?.stop();
    },
  };
  const results: PhaseResult[] = [];
  try {
    await generateClient(root, signal);
    for (const group of togetherOf(phases))
      results.push(...(await Promise.all(group.map((phase) => runPhase(phase, at)))));
  } finally {
    await at.stopServices();
    remove();
  }
  write('');
  for (const line of summaryLines(results)) write(line);
  return results.map(({ counts }) => counts).reduce<Counts>(add, { passed: 0, failed: 0, failures: [] });
}

/** `npm test [part …]`, under the pinned Node. The last line is the sum of everything. @returns the exit code */
export async function main(root: string, args: readonly string[]): Promise<number> {
  const phases = chosenPhases(args);
  if (!phases) return 2;
  const signal = abortWhenTold();
  const started = Date.now();
  try {
    const total = await runAll(root, phases, signal);
    write(`\nin ${seconds(Date.now() - started)}`);
    write(`${total.passed} passed, ${total.failed} failed`);
    return total.failed === 0 ? 0 : 1;
  } catch (error) {
    console.error(signal.aborted ? `Stopped (${messageOf(signal.reason)}).` : error);
    return 1;
  }
}
