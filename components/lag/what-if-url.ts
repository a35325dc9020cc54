import { parseAsString, useQueryStates } from 'nuqs';

/** The panel is open, and nothing was asked yet. */
export const opened = 'open';
const closed = { whatIf: null, whatIfValue: null, whatIfTopic: null };

/** The question as it stands in the address; `whatIf` is the kind of target, or `opened`. */
export function useWhatIfUrl() {
  const [state, set] = useQueryStates({
    whatIf: parseAsString,
    whatIfValue: parseAsString,
    whatIfTopic: parseAsString,
  });
  return { ...state, set, close: () => void set(closed), open: () => void set({ whatIf: opened }) };
}
