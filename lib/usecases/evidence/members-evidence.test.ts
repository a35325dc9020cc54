import { describe, expect, it } from 'vitest';
import type { MarkerRecord } from '#lib/store/markers.ts';
import type { EvidenceContext } from './context.ts';
import { membersReplacedEvidence } from './members-evidence.ts';

const now = new Date('2026-11-27T12:00:00.000Z');
const minutes = 60_000;
const at = (ms: number) => new Date(now.getTime() + ms);

type Range = { from?: Date; to?: Date; services?: readonly string[] };
const marked = (service: string, ms = -minutes): MarkerRecord => ({
  ...{ id: service, service, version: '7', note: null, by: 'ana', at: at(ms) },
});

/** The newest of the failures is an hour old. */
const evidenceOf = (markers: readonly MarkerRecord[], events: readonly object[] = []) =>
  membersReplacedEvidence({
    now,
    replay: { cluster: 'main' },
    flow: { name: 'payments', groups: [{ id: 'payments-service' }] },
    destination: { targetGroups: ['payments-retries'] },
    frozen: { summary: { newestAt: at(-60 * minutes).toISOString() } },
    stores: {
      markers: {
        list: async ({ from, to, services }: Range) =>
          markers.filter(
            (marker) =>
              (!from || marker.at >= from) &&
              (!to || marker.at < to) &&
              (!services || services.includes(marker.service)),
          ),
      },
      groupEvents: { list: async () => events },
    },
  } as unknown as EvidenceContext);

describe('whether something was changed since the failures', () => {
  it.each(['payments', 'payments-service', 'payments-retries'])(
    'is known by a deploy of %s',
    async (service) => {
      expect(await evidenceOf([marked('newsletter', -1), marked(service)])).toMatchObject({
        status: 'good',
        sentence: `Marked since the newest of these failures: ${service} 7 at 11:59 UTC.`,
        value: { markers: 1 },
      });
    },
  );

  it('is not known by the deploy of another service, which is named', async () => {
    expect(await evidenceOf([marked('newsletter')])).toMatchObject({
      status: 'unknown',
      sentence:
        'Nothing says that payments-retries has changed since these failures. Marked since, of another service: newsletter 7 at 11:59 UTC.',
      why: 'No marker of payments-retries, payments, payments-service was set, and the collector did not see all members replaced within a minute.',
      value: { markers: 0 },
    });
  });

  it.each([
    ['that is announced', 20 * 60 * minutes],
    ['before the failures', -61 * minutes],
  ])('is not known by a deploy %s', async (_what, ms) => {
    expect(await evidenceOf([marked('payments', ms)])).toMatchObject({
      status: 'unknown',
      sentence: 'Nothing says that payments-retries has changed since these failures.',
    });
  });

  it('is known where the collector saw all members replaced', async () => {
    const replaced = { kind: 'members_replaced', groupId: 'payments-retries', at: at(-minutes) };
    expect(await evidenceOf([], [replaced])).toMatchObject({
      status: 'good',
      sentence: 'All members of payments-retries were replaced at 11:59 UTC.',
    });
  });
});
