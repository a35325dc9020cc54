import { checkHeader } from './check-header.ts';
import { parseDuration, parseInstant } from './duration.ts';
import {
  fieldNames,
  fieldSpec,
  functionNames,
  headersName,
  isFieldName,
  lowerMethod,
  nowName,
  textMethods,
  type ValueType,
} from './fields.ts';
import { nearest } from './nearest.ts';
import { FilterFault, type Span } from './problem.ts';
import { quoted } from './quoted.ts';
import type { Syntax } from './tree.ts';
import type { Term } from './typed.ts';

export type TypedTerm = { term: Term; type: Exclude<ValueType, 'yes/no'>; span: Span };

const methodNames: readonly string[] = [...textMethods, lowerMethod];
const namesKnown = [...fieldNames, nowName];

export const typeFault = (span: Span, message: string, suggestion: string | null = null) =>
  new FilterFault('type', span, message, suggestion);

/** @throws FilterFault `unknown_name` */
export function unknownName(name: string, span: Span): never {
  throw new FilterFault(
    'unknown_name',
    span,
    `There is no field ${name}. The fields are those of a dead letter's row, and headers["name"].`,
    nearest(name, namesKnown),
  );
}

/** @throws FilterFault `unknown_name` */
export function unknownFunction(name: string, span: Span, known: readonly string[]): never {
  throw new FilterFault('unknown_name', span, `There is no function ${name} here.`, nearest(name, known));
}

function only(args: readonly Syntax[], what: string, span: Span): Syntax {
  const [first] = args;
  if (!first || args.length !== 1) throw typeFault(span, `${what} takes one value in its parentheses.`);
  return first;
}

/** The text in the parentheses of a function. @throws FilterFault `type` */
export function textArgument(args: readonly Syntax[], what: string, span: Span): string {
  const argument = only(args, what, span);
  if (argument.kind !== 'text') throw typeFault(argument, `${what} takes a text in quotes.`);
  return argument.value;
}

function constantOf(node: Syntax & { kind: 'call' }): TypedTerm {
  const { name, args, named } = node;
  const span = { at: node.at, end: node.end };
  if (name === 'timestamp') {
    const text = textArgument(args, 'timestamp()', span);
    const ms = parseInstant(text);
    if (ms === null)
      throw typeFault(
        span,
        'A time is written with date, time and zone.',
        'timestamp("2026-01-31T02:00:00Z")',
      );
    return { term: { kind: 'time', ms }, type: 'time', span };
  }
  if (name === 'duration') {
    const text = textArgument(args, 'duration()', span);
    const ms = parseDuration(text);
    if (ms === null) {
      const days = /^(\d{1,5})d$/.exec(text)?.[1];
      throw typeFault(
        span,
        'A time span is written in hours, minutes, seconds and milliseconds, of at most 100 years.',
        `duration("${days === undefined ? '1h30m' : `${Number(days) * 24}h`}")`,
      );
    }
    return { term: { kind: 'duration', ms }, type: 'duration', span };
  }
  return unknownFunction(name, named, functionNames);
}

function shifted(node: Syntax & { kind: 'plus' | 'minus' }): TypedTerm {
  const span = { at: node.at, end: node.end };
  const left = checkTerm(node.left);
  const right = checkTerm(node.right);
  const sign = node.kind === 'plus' ? 1 : -1;
  if (left.type === 'time' && right.type === 'duration')
    return { term: { kind: 'shift', time: left.term, by: right.term, sign }, type: 'time', span };
  if (left.type === 'duration' && right.type === 'time' && sign === 1)
    return { term: { kind: 'shift', time: right.term, by: left.term, sign }, type: 'time', span };
  if (left.type === 'time' && right.type === 'time' && sign === -1)
    return { term: { kind: 'between', later: left.term, earlier: right.term }, type: 'duration', span };
  throw typeFault(
    span,
    `${node.kind === 'plus' ? '+' : '-'} is for times: time ± duration("1h"), or time - time. Here is a ${left.type} and a ${right.type}.`,
  );
}

function lowered(node: Syntax & { kind: 'method' }): TypedTerm {
  const span = { at: node.at, end: node.end };
  if (node.name !== lowerMethod) {
    if (methodNames.includes(node.name))
      throw typeFault(span, `.${node.name}() answers yes or no: a value is expected here.`);
    return unknownFunction(node.name, node.named, methodNames);
  }
  if (node.args.length > 0) throw typeFault(span, `.${lowerMethod}() takes nothing in its parentheses.`);
  const of = checkTerm(node.of);
  if (of.type !== 'text') throw typeFault(span, `.${lowerMethod}() is for texts, and this is a ${of.type}.`);
  return { term: { kind: 'lower', of: of.term }, type: 'text', span };
}

function fieldTerm(name: string, span: Span): TypedTerm {
  if (name === nowName) return { term: { kind: 'now' }, type: 'time', span };
  if (name === headersName)
    throw typeFault(span, 'A header is named in brackets and quotes.', 'headers["name"]');
  if (!isFieldName(name)) return unknownName(name, span);
  const { type } = fieldSpec(name);
  if (type === 'yes/no')
    throw typeFault(span, `${name} is yes or no: a text, number or time is expected here.`);
  return { term: { kind: 'field', field: name }, type, span };
}

/** Whether a tree is yes or no, and not a value of another type; what it is worth is found out later. */
export const isCondition = (node: Syntax): boolean =>
  ['bool', 'not', 'and', 'or', 'compare', 'in'].includes(node.kind) ||
  (node.kind === 'call' && node.name === 'has') ||
  (node.kind === 'method' && node.name !== lowerMethod) ||
  (node.kind === 'name' && isFieldName(node.name) && fieldSpec(node.name).type === 'yes/no');

/** A text, number, time or time span. @throws FilterFault `type`, `unknown_name` */
export function checkTerm(node: Syntax): TypedTerm {
  const span = { at: node.at, end: node.end };
  switch (node.kind) {
    case 'text':
      return { term: { kind: 'text', value: node.value }, type: 'text', span };
    case 'int':
      return { term: { kind: 'number', value: node.value }, type: 'number', span };
    case 'name':
      return fieldTerm(node.name, span);
    case 'entry':
      if (node.of.kind !== 'name' || node.of.name !== headersName)
        throw typeFault(span, 'Only headers are named in brackets.', `headers[${quoted(node.key)}]`);
      return { term: { kind: 'header', name: checkHeader(node.key, span) }, type: 'text', span };
    case 'call':
      if (node.name === 'has') throw typeFault(span, 'has() answers yes or no: a value is expected here.');
      return constantOf(node);
    case 'method':
      return lowered(node);
    case 'plus':
    case 'minus':
      return shifted(node);
    case 'null':
      throw typeFault(span, 'null is only for == and !=: it asks whether a field is known.');
    case 'list':
      throw typeFault(span, 'A list stands only after in.');
    default:
      throw typeFault(span, 'This is yes or no: a text, number or time is expected here.');
  }
}
