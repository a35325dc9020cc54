import type { Convention } from './convention.ts';
import { type ConventionSpec, conventionSpecs } from './convention-spec.ts';
import { type DeclaredMapping, specOfMapping } from './declared-mapping.ts';

const specOf = (convention: Convention, mapping: DeclaredMapping | null): ConventionSpec | undefined =>
  convention === 'declared'
    ? mapping
      ? specOfMapping(mapping)
      : undefined
    : conventionSpecs.find((each) => each.convention === convention);

/** Names that the convention writes about a failure. Frameworks add further ones under its prefixes: see isFailureHeader. */
export function failureHeaderNames(
  convention: Convention,
  mapping: DeclaredMapping | null = null,
): readonly string[] {
  return specOf(convention, mapping)?.fields.map((field) => field.name) ?? [];
}

/**
 * Whether a header belongs to the failure and not to the application, so that a replay leaves it behind (design.md, "Headers added to a
 * replayed record"). Spring's two conventions count as one, since they write into each other's names; so do SmallRye's.
 * @param mapping the declared mapping of the dead-letter topic, needed for `declared`
 */
export function isFailureHeader(
  name: string,
  convention: Convention,
  mapping: DeclaredMapping | null = null,
): boolean {
  const spec = specOf(convention, mapping);
  if (!spec) return false;
  return (
    spec.fields.some((field) => field.name === name) ||
    spec.failurePrefixes.some((prefix) => name.startsWith(prefix))
  );
}
