import { checkCondition } from './check.ts';
import { costOf } from './cost.ts';
import type { FieldName } from './fields.ts';
import { filterLimits } from './limits.ts';
import { parseFilter } from './parse.ts';
import { printFilter } from './print.ts';
import { FilterFault, type FilterProblem, problemIn } from './problem.ts';
import type { Condition } from './typed.ts';
import { usesOf } from './uses.ts';

/** A filter that may be run: within its limits, every name known, every type right. */
export type Filter = {
  readonly condition: Condition;
  /** See `printFilter`. */
  readonly normal: string;
  readonly fields: ReadonlySet<FieldName>;
  /** Names of the headers that it looks at, as written. */
  readonly headers: ReadonlySet<string>;
  /** Whether it means another set of records at another time. */
  readonly usesNow: boolean;
};
export type FilterReading =
  | { readonly filter: Filter; readonly problem: null }
  | { readonly filter: null; readonly problem: FilterProblem };

/** Reads a filter, or says what is wrong with it and where. Takes time in proportion to at most 2,000 characters, whatever comes in. */
export function readFilter(text: string): FilterReading {
  try {
    const tree = parseFilter(text);
    const condition = checkCondition(tree);
    const cost = Math.ceil(costOf(condition));
    if (cost > filterLimits.cost)
      throw new FilterFault(
        'too_costly',
        { at: 0, end: text.length },
        `This filter costs ${cost} of at most ${filterLimits.cost} for each record: looking into headers (80) and messages (100) counts most. Ask for fewer of them, or join values by in.`,
      );
    const normal = printFilter(tree);
    if (normal.length > filterLimits.length)
      throw new FilterFault(
        'too_long',
        { at: 0, end: text.length },
        `A filter has at most ${filterLimits.length} characters; written out in full this one has ${normal.length}.`,
      );
    return { filter: { condition, normal, ...usesOf(condition) }, problem: null };
  } catch (error) {
    if (error instanceof FilterFault) return { filter: null, problem: problemIn(text, error) };
    throw error;
  }
}
