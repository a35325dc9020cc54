'use client';
import { useQuery } from '@tanstack/react-query';
import type { TopicPlace } from '#lib/client/dead-letter-acts.ts';
import type { RecordFilter } from '#lib/client/dead-letters.ts';
import { deniedReason } from '#lib/client/permission.ts';
import { meQuery } from '#lib/client/session.ts';
import type { PayloadSearchInput, ScanBody } from '#lib/contract/payload-scan.ts';
import { scanLimits } from '#lib/domain/dead-letters/scan-limits.ts';
import { formatBytes, formatCount } from '../ui/format.ts';
import { ScanForm } from './scan-form.tsx';
import { ScanProgress } from './scan-progress.tsx';
import { ScanResults } from './scan-results.tsx';
import { usePayloadScan } from './use-payload-scan.ts';

type Narrowing = Omit<RecordFilter, 'cursor' | 'limit'>;

/** What is set of the page's filters, as the API takes it. */
const narrowed = (filter: Narrowing): Omit<ScanBody, 'search'> =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== null && value !== ''));

/** Search in keys and values, over the records that filter and time leave. It reads the log, so it is started by hand. */
export function PayloadScan({ place, filter }: { place: TopicPlace; filter: Narrowing }) {
  const me = useQuery(meQuery());
  const { state, run, cancel } = usePayloadScan(place);
  const scope = narrowed(filter);
  const start = (search: PayloadSearchInput) => void run({ ...scope, search });
  const { search: _asked, ...scopeAsked } = state.asked ?? { search: null };
  const moved = state.asked !== null && JSON.stringify(scopeAsked) !== JSON.stringify(scope);
  return (
    <section aria-label="Search in payloads" className="flex flex-col gap-2 border-b border-line pb-3">
      <ScanForm
        disabledReason={deniedReason(me.data, 'payload.read')}
        running={state.running}
        onSearch={start}
        onCancel={cancel}
      />
      <p className="text-xs text-muted">
        Reads the records that filter and time leave, newest first: at most {formatCount(scanLimits.records)}{' '}
        of them, {formatBytes(scanLimits.bytes)}, {scanLimits.ms / 1000} s, {formatCount(scanLimits.found)}{' '}
        finds. Masked fields are masked before they are searched, and not found. It goes into the audit log,
        without the words.
      </p>
      {state.asked === null ? null : <ScanProgress state={state} />}
      {moved ? (
        <p className="text-xs text-warn">
          Filter or time have changed since: this is what was found before. Search again.
        </p>
      ) : null}
      {state.found.length > 0 ? (
        <ScanResults place={place} found={state.found} fingerprint={filter.fingerprint ?? null} />
      ) : null}
    </section>
  );
}
