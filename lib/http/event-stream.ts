import { type ChangeMarks, changeKinds } from '#lib/store/changes.ts';
import type { Database } from '#lib/store/database.ts';
import { type ChangeWatch, createChangeWatch } from '#lib/usecases/watch-changes.ts';

const lookEveryMs = 1000;
const commentEveryMs = 15_000;
const holder = globalThis as typeof globalThis & { sluiceChangeWatch?: ChangeWatch };

/** The id of an event is where everything stood: a client that reconnects gets what it missed. Anything else is a fresh start. */
function marksOf(lastEventId: string | null): ChangeMarks | null {
  const parts = (lastEventId ?? '').split('|');
  if (parts.length !== changeKinds.length) return null;
  return Object.fromEntries(changeKinds.map((kind, at) => [kind, parts[at]])) as ChangeMarks;
}

const idOf = (marks: ChangeMarks): string => changeKinds.map((kind) => marks[kind]).join('|');

/** Server-sent events `lag`, `dead-letters`, `replay`, `audit` (HTML Living Standard, 9.2); each says only that something changed. */
export function eventStream(database: Database, request: Request): Response {
  holder.sluiceChangeWatch ??= createChangeWatch(database, lookEveryMs, (message) => console.error(message));
  const watch = holder.sluiceChangeWatch;
  const encoder = new TextEncoder();
  let stop: () => void = () => undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const send = (text: string) => controller.enqueue(encoder.encode(text));
      send('retry: 3000\n\n');
      const unlisten = watch.listen(
        (kinds, marks) => {
          for (const kind of kinds) send(`id: ${idOf(marks)}\nevent: ${kind}\ndata: {"kind":"${kind}"}\n\n`);
        },
        marksOf(request.headers.get('last-event-id')),
      );
      const beat = setInterval(() => send(': still here\n\n'), commentEveryMs);
      stop = () => {
        unlisten();
        clearInterval(beat);
      };
      request.signal.addEventListener('abort', () => {
        stop();
        try {
          controller.close();
        } catch {
          // Cancelled by the client in the same moment: the stream is closed already.
        }
      });
    },
    cancel: () => stop(),
  });
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    },
  });
}
