'use client';
import { auditExportHref, auditHeadQuery } from '#lib/client/audit.ts';
import { useView } from '#lib/client/view.ts';
import type { AnchorPlaceView, AuditHeadView } from '#lib/contract/audit.ts';
import { Age, Since } from '../ui/age.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { formatCount, plural } from '../ui/format.ts';
import { Section } from '../ui/section.tsx';
import { StatusSign } from '../ui/status-sign.tsx';
import { anchorFileOf, verifyCommand } from './verify-command.ts';

const signing = 'signing';

function Signed({ head }: { head: AuditHeadView }) {
  const { signed, seq } = head;
  if (signed === null) return <p className="text-muted">No head is signed yet.</p>;
  const unprotected = Math.max(0, seq - signed.seq);
  return (
    <p className="text-muted [overflow-wrap:anywhere]">
      Signed to line <span className="text-ink">{formatCount(signed.seq)}</span> <Age at={signed.at} /> with
      key <code>{signed.keyId}</code>.{' '}
      {unprotected === 0
        ? 'Nothing was written since.'
        : `The ${plural(unprotected, 'line')} since then ${unprotected === 1 ? 'is' : 'are'} not protected yet.`}
    </p>
  );
}

function Place({ place }: { place: AnchorPlaceView }) {
  const name = place.place === signing ? 'Signing' : place.place;
  return (
    <li className="flex flex-col gap-x-3 sm:flex-row sm:flex-wrap sm:items-baseline">
      <StatusSign
        sign={
          place.failingSince === null
            ? { shape: 'dot', tone: 'ok', word: 'kept' }
            : { shape: 'triangle', tone: 'warn', word: 'failing' }
        }
        word={place.failingSince === null ? 'anchored in' : 'fails:'}
      />
      <code className="[overflow-wrap:anywhere]">{name}</code>
      <span className="text-muted">
        {place.anchoredSeq === null ? (
          'nothing yet'
        ) : (
          <>
            to line {formatCount(place.anchoredSeq)}, <Age at={place.anchoredAt} />
          </>
        )}
      </span>
      {place.failingSince === null ? null : (
        <span className="text-warn [overflow-wrap:anywhere]">
          for <Since at={place.failingSince} />: {place.error}
        </span>
      )}
    </li>
  );
}

/** How far the log is signed, where heads of it are kept outside of the database, and how a stranger checks it. */
export function Anchors() {
  const view = useView(auditHeadQuery());
  if (view.state !== 'ready' && view.state !== 'stale') return null;
  const head = view.data;
  const command = verifyCommand(anchorFileOf(head.places));
  const shown = head.places.filter((place) => place.place !== signing || place.failingSince !== null);
  return (
    <Section
      title="Proof outside of the database"
      className="pb-4"
      aside={
        <a
          href={auditExportHref}
          download=""
          className="link"
          title="All lines as the exact bytes that were hashed. It goes into the audit log."
        >
          Export
        </a>
      }
    >
      <div className="flex flex-col gap-2 px-2 pt-2 text-sm">
        <Signed head={head} />
        {shown.length === 0 ? null : (
          <ul aria-label="Anchors" className="flex flex-col gap-1">
            {shown.map((place) => (
              <Place key={place.place} place={place} />
            ))}
          </ul>
        )}
        <p className="text-muted">
          To check an export on any machine that has Sluice's program, without this database:{' '}
          <code className="text-ink [overflow-wrap:anywhere]">{command}</code>
          <CopyButton text={command} label="verification command" />
          <br />
          Take the public key and the anchors from where they were kept, not from the server that is checked.
        </p>
      </div>
    </Section>
  );
}
