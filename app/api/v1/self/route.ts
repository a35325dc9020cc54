import { getSelf } from '#lib/contract/home.ts';
import { route } from '#lib/http/route.ts';
import { readSelf } from '#lib/usecases/read-self.ts';

export const GET = route(getSelf, ({ runtime }) => readSelf(runtime));
