import type { ReplayView } from '#lib/contract/replays.ts';
import { Age } from '../ui/age.tsx';
import { Sign } from '../ui/sign.tsx';

const said = { accepted: 'accepts it', objected: 'objects to it' } as const;

/** Loud until somebody else has reviewed it, and a line that stays after that. */
export function BreakGlassNote({ replay }: { replay: ReplayView }) {
  const glass = replay.breakGlass;
  if (glass === null) return null;
  const { review } = glass;
  return (
    <div
      role={review === null ? 'alert' : undefined}
      className={`mb-2 flex items-baseline gap-2 px-2 py-2 ${review === null ? 'bg-act-soft' : 'bg-sunken'}`}
    >
      <Sign
        shape={review === null ? 'wait' : 'dot'}
        tone={review === null ? 'act' : 'idle'}
        className="translate-y-0.5"
      />
      <p className="[overflow-wrap:anywhere]">
        <strong className="font-semibold">{glass.by} started this without approval</strong>{' '}
        <Age at={glass.at} />: “{glass.reason}”.{' '}
        {review === null ? (
          <strong className={glass.overdue ? 'font-semibold text-act' : 'font-medium'}>
            {glass.overdue ? 'The review is overdue: it was' : 'Somebody else has to review it;'} due{' '}
            <Age at={glass.reviewBy} />.
          </strong>
        ) : (
          <>
            {review.by} has reviewed it <Age at={review.at} /> and {said[review.verdict]}: “{review.comment}”.
          </>
        )}
      </p>
    </div>
  );
}
