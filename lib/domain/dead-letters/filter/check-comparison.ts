import { checkTerm, isCondition, type TypedTerm, typeFault } from './check-term.ts';
import { fieldSpec } from './fields.ts';
import { filterLimits } from './limits.ts';
import { nearest } from './nearest.ts';
import type { Span } from './problem.ts';
import { quoted } from './quoted.ts';
import type { Comparison, Syntax } from './tree.ts';
import type { Condition, Term } from './typed.ts';

const mirrored: Readonly<Record<Comparison, Comparison>> = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

/** Whether any part of it is a header. */
export function headerOf(term: Term): string | null {
  if (term.kind === 'header') return term.name;
  return term.kind === 'lower' ? headerOf(term.of) : null;
}

/** A value that a closed list does not have would silently find nothing. */
function checkListed(of: Term, value: TypedTerm): void {
  if (of.kind !== 'field' || value.term.kind !== 'text') return;
  const { values } = fieldSpec(of.field);
  if (!values || values.includes(value.term.value)) return;
  const near = nearest(value.term.value, values);
  throw typeFault(
    value.span,
    `${of.field} is one of ${values.join(', ')}.`,
    near === null ? null : quoted(near),
  );
}

/** What the other side would have to look like. */
function inTheOtherType(from: TypedTerm, wanted: string): string | null {
  const { term } = from;
  if (wanted === 'text' && term.kind === 'number') return quoted(String(term.value));
  if (wanted === 'number' && term.kind === 'text' && /^-?\d{1,18}$/.test(term.value)) return term.value;
  if (wanted === 'time' && term.kind === 'text') return `timestamp(${quoted(term.value)})`;
  if (wanted === 'duration' && term.kind === 'text') return `duration(${quoted(term.value)})`;
  return null;
}

function requireSameType(left: TypedTerm, right: TypedTerm, span: Span): void {
  if (left.type === right.type) return;
  const isWritten = ({ term }: TypedTerm) => term.kind === 'text' || term.kind === 'number';
  const fixed = isWritten(right) ? right : isWritten(left) ? left : null;
  if (fixed === null)
    throw typeFault(
      span,
      `A ${left.type} is compared with a ${right.type}: both sides have to be of one type.`,
    );
  const wanted = fixed === right ? left.type : right.type;
  throw typeFault(
    fixed.span,
    `A ${left.type} is compared with a ${right.type}: a ${wanted} is expected.`,
    inTheOtherType(fixed, wanted),
  );
}

function checkKnown(op: Comparison, node: Syntax, span: Span): Condition {
  if (op !== '==' && op !== '!=')
    throw typeFault(span, `null has no order: only == null and != null can be asked.`);
  if (node.kind === 'null') return { kind: 'constant', value: op === '==' };
  if (isCondition(node))
    throw typeFault(node, 'Yes or no is always known: null is asked of a field or a header.');
  const known: Condition = { kind: 'known', of: checkTerm(node).term };
  return op === '!=' ? known : { kind: 'not', of: known };
}

/** @throws FilterFault `type`, `unknown_name` */
export function checkComparison(op: Comparison, leftNode: Syntax, rightNode: Syntax): Condition {
  const span = { at: leftNode.at, end: rightNode.end };
  if (rightNode.kind === 'null') return checkKnown(op, leftNode, span);
  if (leftNode.kind === 'null') return checkKnown(op, rightNode, span);
  if (isCondition(leftNode) !== isCondition(rightNode))
    throw typeFault(span, 'Yes or no is compared with a value: both sides have to be of one type.');
  const left = checkTerm(leftNode);
  const right = checkTerm(rightNode);
  requireSameType(left, right, span);
  if (left.type === 'text' && op !== '==' && op !== '!=')
    throw typeFault(
      span,
      `${op} is for numbers and times. Texts have ==, !=, in, .contains(), .startsWith() and .endsWith().`,
    );
  checkListed(left.term, right);
  checkListed(right.term, left);
  if (headerOf(right.term) === null) return { kind: 'compare', op, left: left.term, right: right.term };
  if (headerOf(left.term) !== null)
    throw typeFault(span, 'Two headers can’t be compared: either may have several values.');
  return { kind: 'compare', op: mirrored[op], left: right.term, right: left.term };
}

/** @throws FilterFault `type`, `unknown_name` */
export function checkMembership(leftNode: Syntax, rightNode: Syntax): Condition {
  if (rightNode.kind === 'name' && rightNode.name === 'headers')
    throw typeFault(
      rightNode,
      'Whether there is a header is asked by has().',
      leftNode.kind === 'text' ? `has(headers[${quoted(leftNode.value)}])` : 'has(headers["name"])',
    );
  if (rightNode.kind !== 'list') throw typeFault(rightNode, 'A list is expected after in.', '["a", "b"]');
  if (isCondition(leftNode)) throw typeFault(leftNode, 'in is for texts, numbers and times.');
  const of = checkTerm(leftNode);
  if (rightNode.items.length === 0) throw typeFault(rightNode, 'The list is empty: nothing would be found.');
  if (rightNode.items.length > filterLimits.listItems)
    throw typeFault(rightNode, `A list has at most ${filterLimits.listItems} values.`);
  const list = rightNode.items.map((item) => {
    const value = checkTerm(item);
    if (!['text', 'number', 'time', 'duration'].includes(value.term.kind))
      throw typeFault(item, 'A list holds values that are written out, no fields.');
    requireSameType(of, value, item);
    checkListed(of.term, value);
    return value.term;
  });
  return { kind: 'among', of: of.term, list };
}
