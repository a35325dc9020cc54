import { describe, expect, it } from 'vitest';
import { plainBoundary } from '#fixtures/boundary.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { flowHash } from '#lib/domain/flows/hash.ts';
import { defaultPolicy } from '#lib/domain/flows/policy.ts';
import { clusterName, flowName, topicName } from '#lib/domain/kernel/brand.ts';
import type { FlowCheckRow, KeptFinding } from '#lib/store/flow-checks.ts';
import { declarationItems } from '../attention/from-declarations.ts';
import { declarationConditions } from './declaration-conditions.ts';

const now = new Date('2026-05-04T03:00:00.000Z');
const flow: Flow = {
  ...{ name: flowName('payments'), cluster: clusterName('main'), topic: topicName('orders'), groups: [] },
  ...{ owner: { team: 'team-payments' }, retryTopics: [], deadLetters: null, quarantine: null, mask: [] },
  ...{ boundary: plainBoundary, policy: defaultPolicy },
  objectives: { timeLagMs: null, deadLettersPerHour: null, stalledAfterMs: 30_000, expiryLeadMs: null },
};
const finding = (more: Partial<KeptFinding>): KeptFinding => ({
  ...{
    code: 'topic_absent',
    severity: 'wrong',
    state: 'fails',
    where: 'orders',
    what: 'orders is not there.',
  },
  ...{ why: 'Nothing can be replayed into it.', fix: null, accepted: null, sinceMs: now.getTime() - 60_000 },
  ...more,
});
const row = (findings: KeptFinding[], more: Partial<FlowCheckRow> = {}): FlowCheckRow => ({
  ...{ cluster: 'main', flow: 'payments', hash: flowHash(flow), asOf: now, findings },
  ...more,
});
const found = (rows: FlowCheckRow[]) => declarationConditions(rows, [flow], now);

describe('declarationConditions', () => {
  it('is one trouble for each rule, however many things it names', () => {
    const rows = [
      row([
        finding({}),
        finding({ where: 'orders.retry', what: 'orders.retry is not there.' }),
        finding({ code: 'contract_absent', what: 'No contract.' }),
      ]),
    ];
    const { conditions, unknownPrefixes } = found(rows);
    expect(conditions.map(({ key, detail }) => [key, detail])).toEqual([
      [
        'declaration_wrong:main/payments/topic_absent',
        'orders is not there. And 1 more place. Nothing can be replayed into it.',
      ],
      ['declaration_wrong:main/payments/contract_absent', 'No contract. Nothing can be replayed into it.'],
    ]);
    expect(unknownPrefixes).toEqual([]);
  });

  it('leaves alone what passes, what is a risk only, and what its owner lives with until a day', () => {
    const accepted = { reason: 'known', untilMs: now.getTime() + 1 };
    const quiet = [finding({ state: 'passes' }), finding({ severity: 'risk' }), finding({ accepted })];
    expect(found([row(quiet)]).conditions).toEqual([]);
    const over = finding({ accepted: { ...accepted, untilMs: now.getTime() } });
    expect(found([row([over])]).conditions).toHaveLength(1);
  });

  it('neither starts nor ends anything where nothing can be told', () => {
    const all = { conditions: [], unknownPrefixes: ['declaration_wrong:main/payments/'] };
    expect(found([])).toEqual(all);
    expect(found([row([finding({})], { hash: 'of another version' })])).toEqual(all);
    expect(found([row([finding({})], { asOf: new Date(now.getTime() - 300_001) })])).toEqual(all);
    expect(found([row([finding({ state: 'unknown' })])])).toEqual({
      conditions: [],
      unknownPrefixes: ['declaration_wrong:main/payments/topic_absent'],
    });
  });
});

describe('declarationItems', () => {
  it('is one line a flow, with how many are wrong and since when', () => {
    const rows = [row([finding({}), finding({ where: 'x', sinceMs: now.getTime() - 120_000 })])];
    expect(declarationItems(rows, [flow], now)).toMatchObject([
      {
        title: '2 things that payments declares are wrong',
        detail: 'orders is not there. And 1 more.',
        href: '/flows/payments',
        owner: 'team-payments',
        since: '2026-05-04T02:58:00.000Z',
      },
    ]);
    expect(declarationItems([row([finding({ severity: 'risk' })])], [flow], now)).toEqual([]);
  });
});
