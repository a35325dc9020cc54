import { checkComparison, checkMembership } from './check-comparison.ts';
import { checkHeader } from './check-header.ts';
import {
  checkTerm,
  isCondition,
  textArgument,
  typeFault,
  unknownFunction,
  unknownName,
} from './check-term.ts';
import {
  fieldSpec,
  functionNames,
  headersName,
  isFieldName,
  lowerMethod,
  type TextMethod,
  textMethods,
} from './fields.ts';
import type { Syntax } from './tree.ts';
import type { Condition } from './typed.ts';

const isTextMethod = (name: string): name is TextMethod => (textMethods as readonly string[]).includes(name);

function checkMethod(node: Syntax & { kind: 'method' }): Condition {
  if (!isTextMethod(node.name)) return unknownFunction(node.name, node.named, [...textMethods, lowerMethod]);
  const of = checkTerm(node.of);
  if (of.type !== 'text')
    throw typeFault(of.span, `.${node.name}() looks into texts, and this is a ${of.type}.`);
  return {
    kind: 'match',
    method: node.name,
    of: of.term,
    text: textArgument(node.args, `.${node.name}()`, node.named),
  };
}

function checkHas(node: Syntax & { kind: 'call' }): Condition {
  const [argument] = node.args;
  if (!argument || node.args.length !== 1 || (argument.kind !== 'entry' && argument.kind !== 'name'))
    throw typeFault(node, 'has() takes one header or field.', 'has(headers["name"])');
  if (argument.kind === 'entry' && argument.of.kind === 'name' && argument.of.name === headersName)
    return { kind: 'present', header: checkHeader(argument.key, argument) };
  return { kind: 'known', of: checkTerm(argument).term };
}

function checkName(node: Syntax & { kind: 'name' }): Condition {
  if (!isFieldName(node.name) && node.name !== headersName && node.name !== 'now')
    return unknownName(node.name, node);
  if (isFieldName(node.name) && fieldSpec(node.name).type === 'yes/no')
    return { kind: 'flag', field: node.name };
  throw typeFault(
    node,
    `A comparison is expected: ${node.name} alone is neither yes nor no.`,
    node.name === headersName ? 'has(headers["name"])' : null,
  );
}

/** What can be true of a dead letter. @throws FilterFault `type`, `unknown_name` */
export function checkCondition(node: Syntax): Condition {
  switch (node.kind) {
    case 'bool':
      return { kind: 'constant', value: node.value };
    case 'name':
      return checkName(node);
    case 'not':
      return { kind: 'not', of: checkCondition(node.of) };
    case 'and':
    case 'or':
      return { kind: node.kind, of: node.of.map(checkCondition) };
    case 'method':
      if (node.name === lowerMethod) break;
      return checkMethod(node);
    case 'call':
      if (node.name === 'has') return checkHas(node);
      if (!(functionNames as readonly string[]).includes(node.name))
        return unknownFunction(node.name, node.named, functionNames);
      break;
    case 'in':
      return checkMembership(node.left, node.right);
    case 'compare':
      if ((node.op === '==' || node.op === '!=') && isCondition(node.left) && isCondition(node.right)) {
        const same = {
          kind: 'same',
          left: checkCondition(node.left),
          right: checkCondition(node.right),
        } as const;
        return node.op === '==' ? same : { kind: 'not', of: same };
      }
      return checkComparison(node.op, node.left, node.right);
    default:
      break;
  }
  throw typeFault(node, 'A comparison is expected here: a value alone is neither yes nor no.');
}
