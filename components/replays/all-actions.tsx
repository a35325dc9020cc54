import { segment } from '#lib/client/api.ts';
import { curlText } from '#lib/client/copy-as.ts';
import type { ReplayView } from '#lib/contract/replays.ts';
import { type ReplayVerb, replayVerbs } from '#lib/domain/replays/replay-can.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { Sign } from '../ui/sign.tsx';
import { actionOf } from './verbs.ts';

function bodyOf(replay: ReplayView, verb: ReplayVerb): unknown {
  if (verb === 'approve')
    return { digest: replay.digest ?? 'DIGEST', policyVersion: replay.policy?.version ?? 0 };
  if (verb === 'break-glass')
    return { digest: replay.digest ?? 'DIGEST', policyVersion: replay.policy?.version ?? 0, reason: 'WHY' };
  if (verb === 'review') return { verdict: 'accepted', comment: 'WHAT YOU FOUND' };
  if (verb === 'reject') return { comment: 'WHY' };
  if (verb === 'abort') return { reason: 'WHY' };
  if (verb === 'edit') return { reason: replay.reason };
  return {};
}

/** Every action with whether it holds now, why not, and the call for a terminal: nothing is hidden. */
export function AllActions({ replay }: { replay: ReplayView }) {
  const path = `/replays/${segment(replay.id)}`;
  return (
    <ul aria-label="All actions">
      {replayVerbs.map((verb) => {
        const action = actionOf(replay, verb);
        const curl = curlText({
          method: verb === 'edit' ? 'PATCH' : 'POST',
          path: verb === 'edit' ? path : `${path}/${verb}`,
          body: bodyOf(replay, verb),
        });
        return (
          <li
            key={verb}
            className="grid grid-cols-[0.75rem_4.5rem_minmax(0,1fr)_auto] items-baseline gap-x-3 border-b border-line px-2 py-1"
          >
            <Sign
              shape={action?.allowed ? 'dot' : 'slash'}
              tone={action?.allowed ? 'ok' : 'idle'}
              className="translate-y-0.5"
            />
            <span className={action?.allowed ? 'font-medium' : 'text-muted'}>{verb}</span>
            <span className="text-muted [overflow-wrap:anywhere]">
              {action === null
                ? 'The API does not offer it.'
                : action.allowed
                  ? 'you may, now'
                  : action.reason}
            </span>
            <CopyButton text={curl} label={`as curl: ${verb}`}>
              curl
            </CopyButton>
          </li>
        );
      })}
    </ul>
  );
}
