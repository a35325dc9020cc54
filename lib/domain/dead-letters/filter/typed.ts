import type { FieldName, TextMethod } from './fields.ts';
import type { Comparison } from './tree.ts';

/** A value of one type, or unknown (null). */
export type Term =
  | { readonly kind: 'field'; readonly field: FieldName }
  /** Any of the header's values that are text. */
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'number'; readonly value: bigint }
  | { readonly kind: 'time'; readonly ms: number }
  | { readonly kind: 'now' }
  | { readonly kind: 'duration'; readonly ms: number }
  | { readonly kind: 'shift'; readonly time: Term; readonly by: Term; readonly sign: 1 | -1 }
  | { readonly kind: 'between'; readonly later: Term; readonly earlier: Term }
  | { readonly kind: 'lower'; readonly of: Term };

/**
 * True, false or unknown, as in SQL (Kleene): a comparison with something unknown is unknown and stays so under `!`; only what is true
 * is selected. So neither `attempts > 3` nor `!(attempts > 3)` selects a record whose attempts nobody knows. `== null` and `has` of a
 * field always know.
 */
export type Condition =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'flag'; readonly field: FieldName }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Condition[] }
  | { readonly kind: 'same'; readonly left: Condition; readonly right: Condition }
  /** A header stands only on the left. `!=` of one is the contrary of `==`: no value of it is equal. */
  | { readonly kind: 'compare'; readonly op: Comparison; readonly left: Term; readonly right: Term }
  | { readonly kind: 'among'; readonly of: Term; readonly list: readonly Term[] }
  | { readonly kind: 'match'; readonly method: TextMethod; readonly of: Term; readonly text: string }
  /** Its value is not null. */
  | { readonly kind: 'known'; readonly of: Term }
  /** There is such a header, whatever its value; unknown when some of the record's headers were left out of the index. */
  | { readonly kind: 'present'; readonly header: string };
