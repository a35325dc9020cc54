import type { SelfHealth } from '#lib/contract/home.ts';
import { signingPlace } from '../audit/anchor-head.ts';
import { durationText, type Found } from './severity.ts';

const staleMs = 15_000;

/** Is it us? A collector that stands still makes every number below old; no worker means that nothing moves. */
export function selfItems(self: SelfHealth): Found[] {
  const found: Found[] = [];
  const about = {
    kind: 'sluice' as const,
    severity: 'act' as const,
    href: '/settings',
    verb: 'look',
    owner: null,
    runbook: null,
  };
  if (self.workers.length === 0)
    found.push({
      ...about,
      title: 'No worker is running',
      detail: 'Nothing is collected, indexed or replayed until one is.',
      resource: 'sluice/worker',
      since: null,
    });
  for (const { cluster, asOf, ageMs } of self.collector)
    if (ageMs === null || ageMs > staleMs)
      found.push({
        ...about,
        title: `The numbers of cluster ${cluster} are old`,
        detail:
          ageMs === null
            ? 'Nothing has been collected yet.'
            : `The last complete reading is ${durationText(ageMs)} old.`,
        resource: `sluice/collector/${cluster}`,
        since: asOf,
      });
  for (const worker of self.workers.filter((each) => !each.policyCurrent))
    found.push({
      ...about,
      severity: 'warn',
      title: `Worker ${worker.id} has another policy file`,
      detail:
        'It refuses to send until it has the current one: give every process the same file and restart it.',
      resource: `sluice/worker/${worker.id}`,
      since: worker.seenAt,
    });
  return [...found, ...anchorItems(self)];
}

/** A broker that restarts is no trouble of the audit log yet: the next anchor is due a minute later. */
const anchorPatienceMs = 150_000;

/** Nothing waits for anchors; but what is written since the last one could be changed unseen. */
const anchorItems = (self: SelfHealth): Found[] =>
  self.audit.failing
    .filter(({ since }) => Date.parse(self.asOf) - Date.parse(since) >= anchorPatienceMs)
    .map(({ place, since, why, anchoredAt }) => ({
      kind: 'sluice',
      severity: 'warn',
      href: '/audit',
      verb: 'look',
      owner: null,
      runbook: null,
      title:
        place === signingPlace ? 'The audit log is not signed' : `The audit log is not anchored in ${place}`,
      detail: `${why} ${
        anchoredAt === null ? 'It never was.' : `What was written after ${anchoredAt} is not protected there.`
      }`,
      resource: `sluice/audit/${place}`,
      since,
    }));
