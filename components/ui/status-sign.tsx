import { Sign } from './sign.tsx';
import type { SignOf } from './signs.ts';

type Props = {
  sign: SignOf;
  /** Another word than the sign's own, when the place needs more. */
  word?: string | undefined;
  /** The word only for screen readers: use where a column of signs repeats. */
  shapeOnly?: boolean;
  className?: string;
};

/** Shape + word + colour: any one of them is enough to read it. */
export function StatusSign({ sign, word = sign.word, shapeOnly = false, className = '' }: Props) {
  return (
    <span
      className={`inline-flex items-center gap-1.5 whitespace-nowrap ${className}`}
      title={sign.help ?? (shapeOnly ? word : undefined)}
    >
      <Sign shape={sign.shape} tone={sign.tone} />
      <span className={shapeOnly ? 'sr-only' : sign.tone === 'act' ? 'font-medium text-act' : 'text-ink'}>
        {word}
      </span>
    </span>
  );
}
