import { streamEvents } from '#lib/contract/home.ts';
import { eventStream } from '#lib/http/event-stream.ts';
import { route } from '#lib/http/route.ts';

export const GET = route(streamEvents, ({ runtime, request }) => eventStream(runtime.database, request));
