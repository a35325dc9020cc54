import { setTimeout as sleep } from 'node:timers/promises';
import { FindCoordinatorKeyTypes, findCoordinatorV4 } from '@platformatic/kafka';
import { BrokerFailure } from '../port/failure.ts';
import { type Call, withPartErrors } from './call.ts';
import type { BrokerLink } from './connection.ts';
import { failureOfCode, protocolErrorName, toBrokerFailure } from './failure.ts';

const groupsPerRequest = 200;
const findWaitMs = 5_000;
const findPollMs = 100;
const errorNotCoordinator = 16;

/** What one coordinator said about each of its groups: a value, or the error code of that group. */
export type PartAnswer<T> = ReadonlyMap<string, T | { errorCode: number }>;

const isUnreachable = (answer: unknown) => answer instanceof BrokerFailure && answer.kind === 'unreachable';

const isErrorPart = (part: unknown): part is { errorCode: number } =>
  // An answer may be a list of thousands of offsets: its keys are not asked for.
  typeof part === 'object' && part !== null && 'errorCode' in part && Object.keys(part).length === 1;

/**
 * Which broker coordinates which group. Learnt for free from ListGroups (each broker lists just its own); FindCoordinator
 * only for groups that were never listed or that have moved.
 */
export type Coordinators = {
  learn(groupId: string, nodeId: number): void;
  keepOnly(groups: ReadonlyMap<string, unknown>): void;
  /**
   * Asks each group's coordinator, many groups a request, and writes one answer or BrokerFailure per group into `answers`. Groups that have
   * moved are found and asked once more.
   */
  perCoordinator<T>(
    groupIds: readonly string[],
    answers: Map<string, T | BrokerFailure>,
    what: string,
    call: (groupIds: readonly string[]) => Call<PartAnswer<T>>,
  ): Promise<void>;
};

export function createCoordinators(link: BrokerLink): Coordinators {
  const nodeOf = new Map<string, number>();

  /** A coordinator that is loading, or whose offsets topic is just being created, is waited for as Kafka's own clients do. */
  async function find(groupIds: readonly string[], answers: Map<string, unknown>): Promise<void> {
    const until = Date.now() + findWaitMs;
    for (let open = groupIds; ; await sleep(findPollMs)) {
      await findOnce(open, answers);
      const pending = open.filter((id) => !nodeOf.has(id) && isUnreachable(answers.get(id)));
      if (pending.length === 0 || Date.now() > until) return;
      for (const id of pending) answers.delete(id);
      open = pending;
    }
  }

  async function findOnce(groupIds: readonly string[], answers: Map<string, unknown>): Promise<void> {
    for (const asked of chunks(groupIds)) {
      const answer = await link.toAny('FindCoordinator', (connection) =>
        withPartErrors(findCoordinatorV4.api.async(connection, FindCoordinatorKeyTypes.GROUP, asked)),
      );
      for (const each of answer.coordinators) {
        if (each.errorCode === 0) nodeOf.set(each.key, each.nodeId);
        else
          answers.set(
            each.key,
            failureOfCode(each.errorCode, `Coordinator of group ${each.key}`, each.errorMessage),
          );
      }
    }
  }

  async function ask<T>(
    groupIds: readonly string[],
    answers: Map<string, T | BrokerFailure>,
    what: string,
    call: (groupIds: readonly string[]) => Call<PartAnswer<T>>,
  ): Promise<string[]> {
    const moved: string[] = [];
    const byNode = Map.groupBy(groupIds, (id) => nodeOf.get(id) ?? -1);
    byNode.delete(-1);
    await Promise.all(
      [...byNode].flatMap(([nodeId, ids]) =>
        chunks(ids).map(async (asked) => {
          try {
            const parts = await link.toBroker(nodeId, what, call(asked));
            for (const id of asked) {
              const part = parts.get(id);
              if (part === undefined)
                answers.set(
                  id,
                  new BrokerFailure('rejected', `${what} of group ${id}: the broker left it out`),
                );
              else if (!isErrorPart(part)) answers.set(id, part);
              else if (part.errorCode === errorNotCoordinator) moved.push(id);
              else answers.set(id, failureOfCode(part.errorCode, `${what} of group ${id}`));
            }
          } catch (error) {
            const failure = toBrokerFailure(error, what);
            // The coordinator's broker is gone: another one takes its groups over.
            if (failure.kind === 'unreachable' || protocolErrorName(error) === 'NOT_COORDINATOR')
              moved.push(...asked);
            else for (const id of asked) answers.set(id, failure);
          }
        }),
      ),
    );
    return moved;
  }

  return {
    learn: (groupId, nodeId) => void nodeOf.set(groupId, nodeId),
    keepOnly(groups) {
      for (const id of nodeOf.keys()) if (!groups.has(id)) nodeOf.delete(id);
    },
    async perCoordinator(groupIds, answers, what, call) {
      if (groupIds.length === 0) return;
      const unknown = groupIds.filter((id) => !nodeOf.has(id));
      if (unknown.length > 0) await find(unknown, answers);
      const moved = await ask(
        groupIds.filter((id) => !answers.has(id)),
        answers,
        what,
        call,
      );
      if (moved.length === 0) return;
      for (const id of moved) nodeOf.delete(id);
      await find(moved, answers);
      const still = await ask(
        moved.filter((id) => !answers.has(id)),
        answers,
        what,
        call,
      );
      for (const id of still)
        answers.set(
          id,
          new BrokerFailure('unreachable', `${what}: the coordinator of group ${id} is moving`),
        );
    },
  };
}

function chunks<T>(items: readonly T[]): T[][] {
  const result: T[][] = [];
  for (let at = 0; at < items.length; at += groupsPerRequest)
    result.push(items.slice(at, at + groupsPerRequest));
  return result;
}
