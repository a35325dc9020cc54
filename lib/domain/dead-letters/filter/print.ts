import { quoted } from './quoted.ts';
import type { Syntax } from './tree.ts';

/** How tightly a node binds; what stands inside a tighter one gets parentheses. */
const binding: Readonly<Partial<Record<Syntax['kind'], number>>> = {
  or: 1,
  and: 2,
  compare: 3,
  in: 3,
  plus: 4,
  minus: 4,
  not: 5,
};
const tightest = 6;

function within(node: Syntax, least: number): string {
  const text = printFilter(node);
  return (binding[node.kind] ?? tightest) < least ? `(${text})` : text;
}

const list = (items: readonly Syntax[]) => items.map((item) => printFilter(item)).join(', ');

/**
 * The normal form: one line, double quotes, only the parentheses that are needed. Reading it gives the same tree, so that two filters with
 * the same normal form are the same, and a stored one can be shown as it will be run.
 */
export function printFilter(node: Syntax): string {
  switch (node.kind) {
    case 'text':
      return quoted(node.value);
    case 'int':
      return String(node.value);
    case 'bool':
      return String(node.value);
    case 'null':
      return 'null';
    case 'name':
      return node.name;
    case 'entry':
      return `${within(node.of, tightest)}[${quoted(node.key)}]`;
    case 'call':
      return `${node.name}(${list(node.args)})`;
    case 'method':
      return `${within(node.of, tightest)}.${node.name}(${list(node.args)})`;
    case 'list':
      return `[${list(node.items)}]`;
    case 'not':
      return `!${within(node.of, 5)}`;
    case 'and':
      return node.of.map((part) => within(part, 3)).join(' && ');
    case 'or':
      return node.of.map((part) => within(part, 2)).join(' || ');
    case 'compare':
      return `${within(node.left, 4)} ${node.op} ${within(node.right, 4)}`;
    case 'in':
      return `${within(node.left, 4)} in ${within(node.right, 4)}`;
    case 'plus':
      return `${within(node.left, 4)} + ${within(node.right, 5)}`;
    case 'minus':
      return `${within(node.left, 4)} - ${within(node.right, 5)}`;
  }
}
