import { type EvidenceName, evidenceNames, type JsonValue } from './evidence.ts';

/** Numbers of the manifest that a rule may look at. */
export const manifestFacts = ['records', 'bytes', 'keys', 'leftOut', 'partitions'] as const;
export type ManifestFacts = Readonly<Record<(typeof manifestFacts)[number], number>>;
export type RuleFacts = {
  manifest: ManifestFacts;
  evidence: Readonly<Partial<Record<EvidenceName, JsonValue>>>;
};

const operators = ['>=', '<=', '==', '!=', '>', '<'] as const;
type Operator = (typeof operators)[number];
type Literal = number | string;
export type Condition =
  | { kind: 'compare'; path: readonly string[]; operator: Operator; literal: Literal }
  | { kind: 'and' | 'or'; parts: readonly Condition[] };

/** What a rule's `when` says of these facts; `unknown` where a fact is not known or can't be compared so. */
export type Truth = true | false | 'unknown';

const token =
  /\s*(?:(>=|<=|==|!=|>|<|\(|\))|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])|'([^']*)'|"([^"]*)"|([A-Za-z_][\w.]*))/y;

type Token = { text: string; kind: 'symbol' | 'number' | 'string' | 'word' };

function tokens(text: string): Token[] {
  const found: Token[] = [];
  token.lastIndex = 0;
  let at = 0;
  while (text.slice(at).trim() !== '') {
    const match = token.exec(text);
    if (!match) throw new Error(`"${text.slice(at).trim().slice(0, 20)}" is not understood`);
    at = token.lastIndex;
    const [, symbol, number, single, double, word] = match;
    const quoted = single ?? double;
    if (symbol !== undefined) found.push({ kind: 'symbol', text: symbol });
    else if (number !== undefined) found.push({ kind: 'number', text: number });
    else if (quoted !== undefined) found.push({ kind: 'string', text: quoted });
    else if (word !== undefined) found.push({ kind: 'word', text: word });
  }
  return found;
}

function checkedPath(text: string): string[] {
  const path = text.split('.');
  const [root, name] = path;
  const known =
    (root === 'manifest' && path.length === 2 && manifestFacts.some((fact) => fact === name)) ||
    (root === 'evidence' && path.length >= 3 && evidenceNames.some((evidence) => evidence === name));
  if (!known || path.some((part) => part === ''))
    throw new Error(
      `"${text}" is not known: it may be manifest.<${manifestFacts.join('|')}> or evidence.<name>.<field>, with a name of ${evidenceNames.join(', ')}`,
    );
  return path;
}

/**
 * Reads the language of rules: `path operator number-or-'text'`, joined by `and` and `or` (`and` binds tighter), with
 * parentheses. Nothing is ever evaluated as code.
 * @throws Error saying what is not understood
 */
export function parseCondition(text: string): Condition {
  if (text.length > 1000) throw new Error('a rule may have at most 1000 characters');
  const queue = tokens(text);
  const next = (what: string): Token => {
    const found = queue.shift();
    if (!found) throw new Error(`${what} is missing at the end`);
    return found;
  };
  const chain = (kind: 'and' | 'or', part: () => Condition): Condition => {
    const parts = [part()];
    while (queue[0]?.kind === 'word' && queue[0].text === kind) {
      queue.shift();
      parts.push(part());
    }
    return parts.length === 1 && parts[0] ? parts[0] : { kind, parts };
  };
  const comparison = (): Condition => {
    const first = next('a comparison');
    if (first.kind === 'symbol' && first.text === '(') {
      const inner = either();
      if (next('")"').text !== ')') throw new Error('")" is missing');
      return inner;
    }
    if (first.kind !== 'word') throw new Error(`"${first.text}" stands where a path should`);
    const path = checkedPath(first.text);
    const sign = next('an operator');
    const operator = operators.find((known) => sign.kind === 'symbol' && known === sign.text);
    if (!operator)
      throw new Error(`"${sign.text}" is not an operator: they are ${[...operators].sort().join(' ')}`);
    const value = next('a number or quoted text');
    if (value.kind !== 'number' && value.kind !== 'string')
      throw new Error(`"${value.text}" is neither a number nor quoted text`);
    return {
      kind: 'compare',
      path,
      operator,
      literal: value.kind === 'number' ? Number(value.text) : value.text,
    };
  };
  const both = () => chain('and', comparison);
  const either = (): Condition => chain('or', both);
  const condition = either();
  if (queue[0]) throw new Error(`"${queue[0].text}" stands after the end`);
  return condition;
}

function lookUp(path: readonly string[], facts: RuleFacts): unknown {
  let value: unknown = facts;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

function compare(value: unknown, operator: Operator, literal: Literal): Truth {
  if (typeof value !== typeof literal) return 'unknown';
  if (operator === '==') return value === literal;
  if (operator === '!=') return value !== literal;
  if (typeof value !== 'number' || typeof literal !== 'number' || !Number.isFinite(value)) return 'unknown';
  if (operator === '>') return value > literal;
  if (operator === '>=') return value >= literal;
  if (operator === '<') return value < literal;
  return value <= literal;
}

/** Three-valued: `and` is false as soon as one part is, `or` true as soon as one is; otherwise an unknown part makes it unknown. */
export function evaluateCondition(condition: Condition, facts: RuleFacts): Truth {
  if (condition.kind === 'compare')
    return compare(lookUp(condition.path, facts), condition.operator, condition.literal);
  const parts = condition.parts.map((part) => evaluateCondition(part, facts));
  const decisive = condition.kind === 'or';
  if (parts.includes(decisive)) return decisive;
  return parts.includes('unknown') ? 'unknown' : !decisive;
}
