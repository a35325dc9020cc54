import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { type Governed, governedFlow } from '#fixtures/governance.ts';
import type { RoleGrant } from '#lib/domain/access/roles.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { approveReplay, rejectReplay } from './decide-replay.ts';
import { draftReplay } from './draft-replay.ts';
import { planReplay } from './plan-replay.ts';
import { submitReplay } from './submit-replay.ts';

describe('who may approve in general, and not this replay or not like this, is told who could', () => {
  let test: TestDatabase;
  let g: Governed;
  let waiting: Replay;
  beforeAll(async () => {
    test = await createTestDatabase();
    g = await governedFlow(test.database);
    await g.produce(4);
    const { id } = await draftReplay(g.deps, g.person('ben'), g.draftBody());
    await planReplay(g.deps, g.person('ben'), id);
    waiting = await submitReplay(g.deps, g.person('ben'), id);
    const grants: [string, RoleGrant][] = [
      ['dora', { role: 'approver', cluster: 'main', flow: g.flow.name }],
      ['elsewhere', { role: 'approver', cluster: 'main', flow: 'another' }],
      ['anna', { role: 'admin', cluster: '*', flow: '*' }],
    ];
    for (const [name, grant] of grants)
      await test.database.stores.users.create({
        ...{ name, passwordHash: 'none', by: name, at: new Date(), grants: [grant] },
      });
  });
  afterAll(async () => {
    await g.close();
    await test.drop();
  });

  /** Ben and Cleo by name, and a group, hold the role by the configuration. */
  const depsOf = (demo = true) => {
    const subjects = ['user:ben', 'user:cleo', 'group:payments-leads'];
    const roles = [{ role: 'approver' as const, clusters: ['main'], flows: ['*'], subjects }];
    return { ...g.deps, environment: { demo }, config: { ...g.deps.config, roles } };
  };
  const seal = () => ({ digest: waiting.digest ?? '', policyVersion: waiting.policyVersion ?? 0 });
  const refused = async (work: Promise<unknown>) => {
    const error: unknown = await work.catch((thrown: unknown) => thrown);
    if (!(error instanceof SluiceError)) throw new Error('it was not refused');
    return { code: error.code, status: error.status, explain: error.explain };
  };
  const explained = (permission: string, grantedBy: string[]) => ({
    permission,
    resource: `cluster/main/flow/${g.flow.name}`,
    heldRoles: ['approver'],
    grantedBy,
  });

  it('where they have prepared it', async () => {
    expect(await refused(approveReplay(depsOf(), g.person('ben'), waiting.id, seal()))).toEqual({
      code: 'own_replay',
      status: 403,
      explain: explained('replay.approve', ['cleo', 'dora', 'the group payments-leads']),
    });
    expect(
      await refused(rejectReplay(depsOf(), g.person('ben'), waiting.id, { comment: 'no' })),
    ).toMatchObject({
      code: 'own_replay',
      explain: explained('replay.reject', ['cleo', 'dora', 'the group payments-leads']),
    });
  });

  it('where a token asks', async () => {
    const token = { ...g.person('cleo'), via: 'token' as const };
    expect(await refused(approveReplay(depsOf(false), token, waiting.id, seal()))).toEqual({
      code: 'cannot_approve_by_token',
      status: 403,
      explain: explained('replay.approve', [
        'cleo, signed in in the browser',
        'dora',
        'the group payments-leads',
      ]),
    });
  });

  it('where somebody else has just set their password', async () => {
    const { users } = test.database.stores;
    await users.noteCredentials(g.person('cleo').userId, 'root', new Date());
    expect(await refused(approveReplay(depsOf(false), g.person('cleo'), waiting.id, seal()))).toEqual({
      code: 'fresh_credentials',
      status: 403,
      explain: explained('replay.approve', ['dora', 'the group payments-leads']),
    });
  });
});
