import type { Span } from './problem.ts';

export const comparisons = ['==', '!=', '<', '<=', '>', '>='] as const;
export type Comparison = (typeof comparisons)[number];

/** A filter as it was written: nothing is known yet of fields and types. */
export type Syntax = Span &
  (
    | { readonly kind: 'text'; readonly value: string }
    | { readonly kind: 'int'; readonly value: bigint }
    | { readonly kind: 'bool'; readonly value: boolean }
    | { readonly kind: 'null' }
    /** `now`, `partition`, `origin.topic`. */
    | { readonly kind: 'name'; readonly name: string }
    /** `headers["x"]` */
    | { readonly kind: 'entry'; readonly of: Syntax; readonly key: string }
    | { readonly kind: 'call'; readonly name: string; readonly args: readonly Syntax[]; readonly named: Span }
    | {
        readonly kind: 'method';
        readonly of: Syntax;
        readonly name: string;
        readonly args: readonly Syntax[];
        readonly named: Span;
      }
    | { readonly kind: 'list'; readonly items: readonly Syntax[] }
    | { readonly kind: 'not'; readonly of: Syntax }
    /** Two or more; none of them is of the same kind. */
    | { readonly kind: 'and' | 'or'; readonly of: readonly Syntax[] }
    | { readonly kind: 'compare'; readonly op: Comparison; readonly left: Syntax; readonly right: Syntax }
    | { readonly kind: 'in'; readonly left: Syntax; readonly right: Syntax }
    | { readonly kind: 'plus' | 'minus'; readonly left: Syntax; readonly right: Syntax }
  );
