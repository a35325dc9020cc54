import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { indexedTopic } from '#fixtures/indexed-letters.ts';
import { partitionReading, storedGroup } from '#fixtures/lag.ts';
import { createTestRuntime, type TestRuntime } from '#fixtures/web-runtime.ts';
import { loadConfig } from '#lib/config/load.ts';
import { listDecisions } from '#lib/contract/decisions.ts';
import { getFlowMap } from '#lib/contract/flow-map.ts';
import { getFlowSheet } from '#lib/contract/flow-sheet.ts';
import { diffFlowVersions, listFlowVersions } from '#lib/contract/flow-versions.ts';
import { getFlow, getFlowChecks, listFlows } from '#lib/contract/flows.ts';
import { getIncident, listIncidents, openIncident } from '#lib/contract/incidents.ts';
import { flowHash } from '#lib/domain/flows/hash.ts';
import { currentPolicy } from '#lib/usecases/current-policy.ts';
import type { RouteHandler } from './handle.ts';

type Module = Partial<Record<'GET' | 'POST', RouteHandler>>;
type Operation = { method: string; path: string; answer?: z.ZodType | undefined };
const holder = globalThis as { sluiceWebRuntime?: unknown };
const routes = import.meta.glob<Module>('../../app/api/v1/**/route.ts');
const dlq = 'orders.v1.payments.dlq';

let test: TestRuntime;
beforeAll(async () => {
  test = await createTestRuntime();
  const config = await loadConfig(
    { configFile: 'demo/sluice.yaml', kafkaBrokers: ['127.0.0.1:1'] },
    { NODE_ENV: 'test' },
  );
  const runtime = { ...test.runtime, config };
  holder.sluiceWebRuntime = Promise.resolve(runtime);
  const { database } = runtime;
  const waiting = partitionReading({ status: 'stopped', lagRecords: 18_204n, unreadSinceMs: Date.now() });
  await database.stores.lag.saveGroups('main', [storedGroup({ partitions: [waiting] })], new Date());
  await (await indexedTopic(database, dlq, 'payments')).arrive(3);
  await currentPolicy(runtime);
  const [payments] = config.flows;
  if (!payments) throw new Error('The demo declares no flow.');
  const finding = {
    ...({ code: 'group_absent', severity: 'wrong', state: 'fails', where: 'payments-service' } as const),
    ...{ what: 'It is not there.', why: 'why', fix: 'fix', sinceMs: 0 },
    accepted: { reason: 'known', untilMs: Date.now() + 60_000 },
  };
  const row = { flow: 'payments', hash: flowHash(payments), asOf: new Date(), findings: [finding] };
  await database.transact(({ flowChecks }) => flowChecks.save('main', [row]));
});
afterAll(async () => {
  delete holder.sluiceWebRuntime;
  await test.drop();
});

/** The answer of a route, which has to be what the contract says of it, and nothing besides. */
async function answerOf(
  { method, path, answer }: Operation,
  params: Record<string, string> = {},
  query = '',
  body?: unknown,
): Promise<unknown> {
  const folder = path.replaceAll(/\{(\w+)\}/g, '[$1]');
  const at = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => params[name] ?? name);
  const handler = (await routes[`../../app/api/v1${folder}/route.ts`]?.())?.[method as 'GET'];
  if (!handler || !answer) throw new Error(`${method} ${path} has no route, or the contract no answer.`);
  const response = await handler(test.request(method, at + query, { as: 'ana', body }));
  const told: unknown = await response.json();
  expect(response.status, JSON.stringify(told)).toBeLessThan(300);
  expect(answer.parse(told)).toEqual(told);
  return told;
}

describe('what is told of boundaries is what the contract says', () => {
  it.each<[string, Operation, Record<string, string>, string]>([
    ['the map', getFlowMap, {}, ''],
    ['the map of one flow, folded', getFlowMap, {}, '?flow=payments&parts=folded'],
    ['flows', listFlows, {}, ''],
    ['a flow', getFlow, { flow: 'payments' }, ''],
    ['its checks', getFlowChecks, { flow: 'payments' }, ''],
    ['its sheet', getFlowSheet, { flow: 'payments' }, ''],
    ['a sheet that nobody has looked at', getFlowSheet, { flow: 'fraud' }, ''],
    ['its versions', listFlowVersions, { flow: 'payments' }, ''],
    ['a version against itself', diffFlowVersions, { flow: 'payments' }, '?from=1'],
    ['decisions', listDecisions, {}, `?cluster=main&topic=${dlq}&partition=0&offset=1`],
    ['incidents', listIncidents, {}, ''],
  ])('%s', async (_, operation, params, query) => {
    await answerOf(operation, params, query);
  });

  it('an incident of a flow, opened and read', async () => {
    const about = [{ kind: 'flow', flow: 'payments' }];
    const { id } = (await answerOf(openIncident, {}, '', { title: 'Payments fail', about })) as {
      id: string;
    };
    expect(await answerOf(getIncident, { id })).toMatchObject({ flows: ['payments'], kept: false });
    expect(await answerOf(listIncidents, {}, '?state=open')).toMatchObject({ items: [{ id }] });
  });
});
