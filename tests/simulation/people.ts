import { noFlowLooks } from '#fixtures/no-flow-looks.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { replayCan } from '#lib/domain/replays/replay-can.ts';
import { isTerminal } from '#lib/domain/replays/state.ts';
import { approveReplay, rejectReplay } from '#lib/usecases/decide-replay.ts';
import type { ReplayDeps } from '#lib/usecases/replay-deps.ts';
import { startReplay } from '#lib/usecases/start-replay.ts';
import {
  abortReplay,
  pauseAllReplays,
  pauseReplay,
  resumeReplay,
  withdrawReplay,
} from '#lib/usecases/steer-replay.ts';
import { configOfProcess, person } from './governed-flow.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import type { World } from './world.ts';

const ana = person('ana');
const ben = person('ben');
const cleo = person('cleo');
const approvers = [ben, cleo];

const nobodyReads = () => Promise.reject(new TypeError('nobody plans in here: no payload is read'));

/** What a web process decides with. */
export const decidingOn = (world: World, web: SimulatedProcess): ReplayDeps => ({
  database: world.postgres.connect(web),
  clusters: new Map([['main', world.kafka.connect(web)]]),
  config: configOfProcess(world.governed),
  environment: { demo: false },
  flowLooks: noFlowLooks,
  probes: new Map(),
  payloads: { check: nobodyReads, examine: nobodyReads, start: nobodyReads },
  clock: () => world.timeline.date(),
  newId: world.newId,
  reach: () => undefined,
});

/** People at their browsers, each with the product's own use cases on a web process that never dies. */
export function startPeople(world: World): void {
  const { timeline, random } = world;
  const web = world.newProcess('web');
  const deps = decidingOn(world, web);
  const never = new AbortController().signal;
  const wait = (ms: number) => timeline.sleep(ms, never, web);

  /** Whatever is answered, they go on. @returns whether it was done */
  const attempt = async (who: Principal, what: string, act: Promise<unknown>): Promise<boolean> => {
    try {
      await act;
      world.trace(() => `${who.name} could ${what}`);
      return true;
    } catch (error) {
      world.trace(() => `${who.name} could not ${what}: ${(error as Error).message}`);
      if (!(error instanceof SluiceError) && error instanceof TypeError)
        world.violate(`the simulation lacks something: ${error.stack}`);
      return false;
    }
  };
  const approve = (who: Principal, { id, digest, policyVersion }: Replay) =>
    attempt(
      who,
      `approve ${id}`,
      approveReplay(deps, who, id, { digest: digest ?? '', policyVersion: policyVersion ?? 0 }),
    );

  /** In the order of the life: approve, start, resume; what can't go on is ended. */
  const carryOn = async (replay: Replay, patience: number): Promise<void> => {
    const { id } = replay;
    const fresh = (replay.run?.approvalRound ?? 0) > 0;
    if (patience <= 0) {
      if (replayCan.withdraw(replay).allowed) await attempt(ana, 'withdraw', withdrawReplay(deps, ana, id));
      else if (replayCan.abort(replay).allowed)
        await attempt(ana, 'abort', abortReplay(deps, ana, id, { reason: 'it can not go on' }));
      return;
    }
    if (replay.state === 'awaiting_approval' || (replay.state === 'paused' && fresh))
      for (const who of approvers) await approve(who, replay);
    if (replay.state === 'approved') await attempt(ana, 'start', startReplay(deps, ana, id));
    if (replay.state === 'paused') await attempt(ana, 'resume', resumeReplay(deps, ana, id, {}));
  };

  const lookAfter = async ({ replay: { id } }: World['replays'][number]): Promise<void> => {
    let patience = 3;
    for (;;) {
      await wait(random.between(600, 4000));
      const replay = await deps.database.stores.replays.read(id).catch(() => null);
      if (!replay) continue;
      if (isTerminal(replay.state) || replay.state === 'draft') return;
      if (world.healed && replay.state === 'paused') patience--;
      await carryOn(replay, patience);
      if (world.healed && (replay.state === 'awaiting_approval' || replay.state === 'approved')) patience--;
    }
  };

  const hasty = random.chance(0.2);
  const meddleWith = async (replay: Replay, dice: number): Promise<void> => {
    const { id } = replay;
    if (hasty && dice < 30)
      await attempt(ana, `abort ${id}`, abortReplay(deps, ana, id, { reason: 'enough' }));
    else if (dice < 30) await attempt(ben, `pause ${id}`, pauseReplay(deps, ben, id, {}));
    else if (dice < 40) await attempt(ana, 'pause all', pauseAllReplays(deps, ana, { reason: 'to look' }));
    else if (dice < 60) await attempt(ana, `resume ${id}`, resumeReplay(deps, ana, id, {}));
    else if (dice < 75) await approve(random.chance(0.5) ? ben : cleo, replay);
    else if (dice < 85 && (await approve(ana, replay))) world.violate(`ana approved what she had prepared`);
    else if (dice < 90) await attempt(ben, `start ${id}`, startReplay(deps, ben, id));
    else if (dice < 93) await attempt(ana, `abort ${id}`, abortReplay(deps, ana, id, { reason: 'enough' }));
    else if (dice < 95) await attempt(cleo, `reject ${id}`, rejectReplay(deps, cleo, id, { comment: 'no' }));
  };

  const meddle = async (): Promise<void> => {
    while (!world.healed) {
      await wait(random.between(300, 6000));
      const replay = world.replays[random.between(0, world.replays.length - 1)]?.replay;
      if (replay) await meddleWith(replay, random.between(0, 99));
    }
  };

  for (const each of world.replays) void lookAfter(each);
  if (random.chance(0.7)) void meddle();
}
