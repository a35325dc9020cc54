import type { FieldName } from './fields.ts';
import type { Condition, Term } from './typed.ts';

export type Uses = { fields: Set<FieldName>; headers: Set<string>; usesNow: boolean };

function fromTerm(term: Term, uses: Uses): void {
  switch (term.kind) {
    case 'field':
      uses.fields.add(term.field);
      break;
    case 'header':
      uses.headers.add(term.name);
      break;
    case 'now':
      uses.usesNow = true;
      break;
    case 'shift':
      fromTerm(term.time, uses);
      fromTerm(term.by, uses);
      break;
    case 'between':
      fromTerm(term.later, uses);
      fromTerm(term.earlier, uses);
      break;
    case 'lower':
      fromTerm(term.of, uses);
      break;
    default:
      break;
  }
}

function fromCondition(condition: Condition, uses: Uses): void {
  switch (condition.kind) {
    case 'flag':
      uses.fields.add(condition.field);
      break;
    case 'not':
      fromCondition(condition.of, uses);
      break;
    case 'and':
    case 'or':
      for (const part of condition.of) fromCondition(part, uses);
      break;
    case 'same':
      fromCondition(condition.left, uses);
      fromCondition(condition.right, uses);
      break;
    case 'compare':
      fromTerm(condition.left, uses);
      fromTerm(condition.right, uses);
      break;
    case 'among':
    case 'match':
    case 'known':
      fromTerm(condition.of, uses);
      break;
    case 'present':
      uses.headers.add(condition.header);
      break;
    default:
      break;
  }
}

/** Every field and header that the condition looks at, for deciding who may ask it. */
export function usesOf(condition: Condition): Uses {
  const uses: Uses = { fields: new Set(), headers: new Set(), usesNow: false };
  fromCondition(condition, uses);
  return uses;
}
