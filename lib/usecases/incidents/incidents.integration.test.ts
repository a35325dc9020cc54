import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seeLagFor } from '#fixtures/alerts.ts';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { type Governed, governedFlow } from '#fixtures/governance.ts';
import { indexedTopic } from '#fixtures/indexed-letters.ts';
import { incidentDetail } from '#lib/contract/incidents.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import type { Alert } from '#lib/domain/alerts/alert.ts';
import type { HandoverPart } from '#lib/domain/incidents/handover.ts';
import { createMarker } from '../create-marker.ts';
import { decideDeadLetters } from '../decide-dead-letters.ts';
import { approveReplay } from '../decide-replay.ts';
import { draftReplay } from '../draft-replay.ts';
import { planReplay } from '../plan-replay.ts';
import { submitReplay } from '../submit-replay.ts';
import { addToIncident } from './add-to-incident.ts';
import { changeIncident } from './change-incident.ts';
import type { IncidentDeps } from './deps.ts';
import { exportIncident } from './export-incident.ts';
import { incidentDetail as detailOf } from './incident-view.ts';
import { listIncidents } from './list-incidents.ts';
import { openIncident } from './open-incident.ts';
import { readIncident } from './read-incident.ts';

let test: TestDatabase;
let g: Governed;
beforeAll(async () => {
  test = await createTestDatabase();
  g = await governedFlow(test.database, { flow: { mask: ['header:kafka_dlt-exception-message'] } });
  const real = { clusterId: g.clusterId, topicId: g.dlqTopicId };
  await indexedTopic(test.database, g.topics.dlq, g.flow.name, real);
});
afterAll(async () => {
  await g.close();
  await test.drop();
});

const deps = (): IncidentDeps => g.deps;
const only = (role: 'viewer' | 'responder', flow: string): Principal => ({
  ...{ userId: 'u-1', name: 'eve', via: 'session' },
  grants: [{ role, cluster: 'main', flow }],
});
const asked = async (id: string, as = g.person('vera')) =>
  incidentDetail.parse(detailOf(await readIncident(deps(), as, id, {})));
const answer = (incident: Awaited<ReturnType<typeof asked>>, part: HandoverPart) =>
  incident.handover.find((each) => each.part === part)?.sentences.join('\n') ?? '';
const audited = async (id: string) =>
  (await test.database.stores.audit.list({ resource: `incident/${id}` }, { limit: 50, before: null })).map(
    ({ action, actor }) => `${actor} ${action}`,
  );

/** An alert of the flow, told now. */
async function fire(): Promise<void> {
  const at = g.deps.clock();
  const alert: Alert = {
    ...{ key: `slo_burn:main/${g.flow.name}`, kind: 'slo_burn', severity: 'act', cluster: 'main' },
    ...{ title: 'payments burns its budget', detail: 'Its time lag grew.', flow: g.flow.name, scope: 'flow' },
    ...{ href: `/flows/${g.flow.name}`, owner: null, runbook: null, phase: 'firing', since: at },
    ...{ firedAt: at, notifiedAt: at, absentSince: null, recoveredAt: null },
  };
  await test.database.transact(async (stores) => {
    await stores.alerts.save([alert]);
    await stores.alertEvents.append([{ alert, event: 'firing' }], at);
  });
}

/** A replay that ana asks for and ben approves. */
async function approvedReplay(): Promise<string> {
  const [ana, ben] = [g.person('ana'), g.person('ben')];
  const { id } = await draftReplay(g.deps, ana, g.draftBody());
  await planReplay(g.deps, ana, id);
  const { digest, policyVersion } = await submitReplay(g.deps, ana, id);
  if (digest === null || policyVersion === null) throw new Error('It was not sealed.');
  await approveReplay(g.deps, ben, id, { digest, policyVersion, comment: 'seen' });
  return id;
}

describe('an incident', () => {
  it('opens, joins what happens, is noted on, exported, closed with what it had, and opened again', async () => {
    const [ana, ben] = [g.person('ana'), g.person('ben')];
    const group = g.flow.groups[0]?.id ?? '';
    await g.produce(6, { error: 'card withheld [refused](http://evil.invalid)' });
    await seeLagFor(test.database, group, 5, 90_000, g.deps.clock());
    const opened = await openIncident(deps(), ana, {
      title: 'Payments fail <b>now</b>',
      about: [
        { kind: 'group', cluster: 'main', group },
        { kind: 'topic', cluster: 'main', topic: g.topics.dlq },
        { kind: 'topic', cluster: 'main', topic: g.topics.dlq },
      ],
    });
    const { id } = opened;
    expect(opened).toMatchObject({ state: 'open', openedBy: 'ana', lookBackMs: 3_600_000, notes: 0 });
    expect(opened.about.map(({ flow, name }) => [name, flow])).toEqual([
      [group, g.flow.name],
      [g.topics.dlq, g.flow.name],
    ]);

    await fire();
    await createMarker(g.deps, ben, { service: 'payments', version: '1.2.3', note: 'rollback' });
    await test.database.stores.groupEvents.append('main', [
      {
        groupId: group,
        atMs: g.deps.clock().getTime(),
        kind: 'rebalanced',
        text: 'Rebalanced over 2 members.',
      },
      {
        groupId: group,
        atMs: g.deps.clock().getTime(),
        kind: 'status_changed',
        text: 'Now stopped, before lagging.',
      },
      { groupId: 'somebody-else', atMs: g.deps.clock().getTime(), kind: 'rebalanced', text: 'Not ours.' },
    ]);
    await decideDeadLetters(g.deps, ana, { cluster: 'main', topic: g.topics.dlq }, 'dismiss', {
      selection: { records: [{ partition: 0, offset: '0' }] },
      reason: 'a test order',
    });
    const replay = await approvedReplay();
    await changeIncident(deps(), ben, id, 'note', 'The provider says:\n it is back.');

    const seen = await asked(id);
    const lines = seen.timeline.map(({ kind, actor, what }) => `${kind}|${actor ?? ''}|${what}`);
    expect(lines).toEqual(
      expect.arrayContaining([
        'incident|ana|opened the incident',
        'alert||alert fired',
        `lag||${group}: furthest behind`,
        'marker|ben|payments 1.2.3',
        `group||${group}: rebalanced`,
        `group||${group}: now stopped, before lagging`,
        `failure||failure group first seen in ${g.topics.dlq}`,
        `decision|ana|dismissed dead letters of ${g.topics.dlq}`,
        `replay|ana|replay ${replay}: planned`,
        `replay|ana|replay ${replay}: submitted for approval`,
        `replay|ben|replay ${replay}: approved`,
        'note|ben|noted',
      ]),
    );
    expect(lines.some((each) => each.includes('somebody-else'))).toBe(false);
    expect(seen.timeline.map(({ at }) => at)).toEqual(seen.timeline.map(({ at }) => at).toSorted());
    expect(seen.topics[0]).toMatchObject({ topic: g.topics.dlq, arrived: 6, atLeast: false });
    expect(answer(seen, 'happened')).toContain('9 records behind');
    expect(answer(seen, 'decided')).toContain(`Replay ${replay}: ana asked`);
    expect(answer(seen, 'decided')).toContain('ben approved this seal');
    expect(answer(seen, 'decided')).toMatch(/Evidence for r-\w+ when it was frozen: \d+ good/);
    expect(answer(seen, 'decided')).toContain('ana dismissed 1 dead letter');
    expect(answer(seen, 'records')).toContain(`Replay ${replay} froze 5 records; none of them was sent yet.`);
    expect(answer(seen, 'open')).toContain(`Replay ${replay} is approved.`);
    expect(answer(seen, 'open')).toContain('payments burns its budget');

    const file = await exportIncident(deps(), g.person('vera'), id, {
      format: 'md',
      origin: 'http://console',
    });
    expect(file.text).toContain('Payments fail \\<b\\>now');
    // The flow masks messages: neither form of the export has what stood in them.
    const json = await exportIncident(deps(), g.person('vera'), id, {
      format: 'json',
      origin: 'http://console',
    });
    for (const { text } of [file, json]) expect(text).not.toMatch(/withheld|evil\.invalid/);
    expect(incidentDetail.parse(JSON.parse(json.text)).replays[0]?.approvals[0]?.by).toBe('ben');

    const closed = await changeIncident(deps(), ana, id, 'close', 'the provider is back');
    expect(closed).toMatchObject({
      state: 'closed',
      closed: { by: 'ana', reason: 'the provider is back' },
      notes: 1,
    });
    await expect(changeIncident(deps(), ben, id, 'close', 'again')).rejects.toMatchObject({
      code: 'wrong_state',
    });
    g.advance(1000);
    await createMarker(g.deps, ben, { service: 'too-late' });
    const kept = await asked(id);
    expect([kept.kept, kept.timeline.some(({ what }) => what === 'too-late')]).toEqual([true, false]);
    await changeIncident(deps(), ben, id, 'reopen', 'it fails again');
    const again = await asked(id);
    expect([again.kept, again.timeline.some(({ what }) => what === 'too-late')]).toEqual([false, true]);
    expect(await audited(id)).toEqual([
      'ben incident.reopen',
      'ana incident.close',
      'vera incident.export',
      'vera incident.export',
      'ben incident.note',
      'ana incident.open',
    ]);
  });

  it('is opened by who may act on its things, and seen by who may read all of them', async () => {
    const about = [{ kind: 'topic', cluster: 'main', topic: g.topics.dlq } as const];
    const body = { title: 'x', about };
    await expect(openIncident(deps(), g.person('vera'), body)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(openIncident(deps(), only('responder', 'other'), body)).rejects.toMatchObject({
      code: 'forbidden',
    });
    const { id } = await openIncident(deps(), g.person('ana'), body);
    await expect(changeIncident(deps(), g.person('vera'), id, 'note', 'x')).rejects.toMatchObject({
      code: 'forbidden',
    });
    for (const hidden of [only('viewer', 'other'), only('responder', 'other')]) {
      await expect(readIncident(deps(), hidden, id, {})).rejects.toMatchObject({ code: 'not_found' });
      const { items } = await listIncidents(deps(), hidden, {}, { limit: 10, position: null });
      expect(items).toEqual([]);
    }
    expect(await audited(id)).toEqual(['ana incident.open']);
    const one = await listIncidents(
      deps(),
      g.person('vera'),
      { state: 'open' },
      { limit: 1, position: null },
    );
    expect(one.items.map((each) => each.id)).toEqual([id]);
    const rest = await listIncidents(deps(), g.person('vera'), {}, { limit: 10, position: one.next });
    expect(rest.items).toHaveLength(1);
  });

  it('is about what is there: a thing that is not is refused by name', async () => {
    const open = (thing: Parameters<typeof openIncident>[2]['about'][number]) =>
      openIncident(deps(), g.person('ana'), { title: 'x', about: [thing] });
    const missing = { code: 'not_found' };
    await expect(open({ kind: 'topic', cluster: 'main', topic: 'nope' })).rejects.toMatchObject(missing);
    await expect(open({ kind: 'group', cluster: 'main', group: 'nope' })).rejects.toMatchObject(missing);
    await expect(open({ kind: 'cluster', cluster: 'nope' })).rejects.toMatchObject(missing);
    await expect(open({ kind: 'replay', replay: 'r-nope' })).rejects.toMatchObject(missing);
    await expect(open({ kind: 'flow', flow: 'nope' })).rejects.toMatchObject(missing);
    await expect(open({ kind: 'alert', key: 'slo_burn:main/nope' })).rejects.toMatchObject(missing);
    const failure = { kind: 'failure', cluster: 'main', topic: g.topics.dlq, fingerprint: 'nope' } as const;
    await expect(open(failure)).rejects.toMatchObject(missing);
    const known = await open({ kind: 'alert', key: `slo_burn:main/${g.flow.name}` });
    expect(known.about[0]).toMatchObject({ name: 'payments burns its budget', flow: g.flow.name });
    expect((await open({ kind: 'cluster', cluster: 'main' })).about[0]).toMatchObject({ scope: 'cluster' });
  });

  it('is widened while it is open, and then only for who may read that too', async () => {
    const other = await indexedTopic(test.database, 'parcels.dlq');
    await other.arrive(2);
    const [ana, reader] = [g.person('ana'), only('viewer', g.flow.name)];
    const about = [{ kind: 'topic', cluster: 'main', topic: g.topics.dlq } as const];
    const { id } = await openIncident(deps(), ana, { title: 'x', about });
    expect((await asked(id, reader)).topics.map(({ topic }) => topic)).not.toContain('parcels.dlq');
    const parcels = { kind: 'topic', cluster: 'main', topic: 'parcels.dlq' } as const;
    const narrow = only('responder', g.flow.name);
    await expect(addToIncident(deps(), narrow, id, [parcels])).rejects.toMatchObject({ code: 'forbidden' });
    const wider = await addToIncident(deps(), ana, id, [...about, parcels]);
    expect(wider.about.map(({ name }) => name)).toEqual([g.topics.dlq, 'parcels.dlq']);
    await expect(addToIncident(deps(), ana, id, [parcels])).rejects.toMatchObject({ code: 'wrong_state' });
    await expect(readIncident(deps(), reader, id, {})).rejects.toMatchObject({ code: 'not_found' });
    const seen = await asked(id);
    expect(seen.topics).toContainEqual(expect.objectContaining({ topic: 'parcels.dlq', arrived: 2 }));
    expect(seen.timeline.map(({ what, detail }) => [what, detail])).toContainEqual([
      'added to what it is about',
      'parcels.dlq',
    ]);
    await changeIncident(deps(), ana, id, 'close', 'over');
    await expect(addToIncident(deps(), ana, id, [parcels])).rejects.toMatchObject({ code: 'wrong_state' });
    expect(await audited(id)).toEqual(['ana incident.close', 'ana incident.add', 'ana incident.open']);
  });

  it('is append-only: not even the owner of the tables changes what was said', async () => {
    const owner = new pg.Client({ connectionString: test.ownerUrl });
    const app = new pg.Client({ connectionString: test.appUrl });
    await Promise.all([owner.connect(), app.connect()]);
    try {
      for (const table of ['incident', 'incident_entry', 'incident_record']) {
        await expect(owner.query(`DELETE FROM ${table}`)).rejects.toThrow(/append-only/);
        await expect(app.query(`DELETE FROM ${table}`)).rejects.toThrow(/permission denied/);
      }
      await expect(owner.query("UPDATE incident_entry SET text = 'x'")).rejects.toThrow(/append-only/);
    } finally {
      await Promise.all([owner.end(), app.end()]);
    }
  });
});
