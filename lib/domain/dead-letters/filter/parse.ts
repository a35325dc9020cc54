import { filterLimits } from './limits.ts';
import { FilterFault, type Span } from './problem.ts';
import { type Token, tokensOf } from './token.ts';
import { type Comparison, comparisons, type Syntax } from './tree.ts';

const int64Max = 2n ** 63n - 1n;
const constants: Readonly<Record<string, Syntax['kind']>> = { true: 'bool', false: 'bool', null: 'null' };
/** Words of SQL and others, and what stands for them. */
const foreignWords: Readonly<Record<string, string>> = {
  and: '&&',
  or: '||',
  AND: '&&',
  OR: '||',
  is: '==',
  IS: '==',
  IN: 'in',
  like: '.contains("…")',
  LIKE: '.contains("…")',
};

/** Reads by descent, one function a level of binding: `||`, `&&`, comparisons and `in`, `+ -`, `!` and `-`, `.name` and `["x"]`. */
class Reader {
  private readonly tokens: readonly Token[];
  private position = 0;
  private depth = 0;
  private nodes = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  whole(): Syntax {
    const tree = this.either();
    const next = this.peek();
    if (next.kind === 'end') return tree;
    const word = next.kind === 'name' ? foreignWords[next.text] : undefined;
    throw new FilterFault(
      'syntax',
      next,
      'The filter goes on where its end, && or || is expected.',
      word ?? null,
    );
  }

  private peek(): Token {
    return this.tokens[this.position] ?? { kind: 'end', at: 0, end: 0 };
  }

  private isSign(...texts: readonly string[]): boolean {
    const token = this.peek();
    return token.kind === 'sign' && texts.includes(token.text);
  }

  private isIn(): boolean {
    const token = this.peek();
    return token.kind === 'name' && token.text === 'in';
  }

  private take(): Token {
    const token = this.peek();
    this.position++;
    return token;
  }

  private expect(sign: string, why: string): Token {
    if (this.isSign(sign)) return this.take();
    throw new FilterFault('syntax', this.peek(), `${sign} is expected here, ${why}.`);
  }

  private node<Made extends Syntax>(made: Made): Made {
    if (++this.nodes > filterLimits.nodes)
      throw new FilterFault(
        'too_many_parts',
        made,
        `A filter has at most ${filterLimits.nodes} parts (names, values and signs between them).`,
      );
    return made;
  }

  private inside<Made>(opening: Span, read: () => Made): Made {
    if (++this.depth > filterLimits.depth)
      throw new FilterFault(
        'too_deep',
        opening,
        `Parentheses, brackets and negations go at most ${filterLimits.depth} deep.`,
      );
    const made = read();
    this.depth--;
    return made;
  }

  private joined(kind: 'and' | 'or', sign: string, part: () => Syntax): Syntax {
    const first = part();
    const of = [first];
    while (this.isSign(sign)) {
      this.take();
      of.push(part());
    }
    if (of.length === 1) return first;
    const flat = of.flatMap((each) => (each.kind === kind ? each.of : [each]));
    return this.node({ kind, of: flat, at: first.at, end: of.at(-1)?.end ?? first.end });
  }

  private either(): Syntax {
    return this.joined('or', '||', () => this.all());
  }

  private all(): Syntax {
    return this.joined('and', '&&', () => this.relation());
  }

  private relation(): Syntax {
    const left = this.sum();
    const comparing = this.isSign(...comparisons);
    if (!comparing && !this.isIn()) return left;
    const sign = this.take();
    const right = this.sum();
    const span = { at: left.at, end: right.end };
    if (this.isSign(...comparisons) || this.isIn())
      throw new FilterFault('syntax', this.peek(), "Comparisons can't be chained: join them by &&.");
    return comparing && sign.kind === 'sign'
      ? this.node({ kind: 'compare', op: sign.text as Comparison, left, right, ...span })
      : this.node({ kind: 'in', left, right, ...span });
  }

  private sum(): Syntax {
    let left = this.prefixed();
    while (this.isSign('+', '-')) {
      const kind = this.isSign('+') ? 'plus' : 'minus';
      this.take();
      const right = this.prefixed();
      left = this.node({ kind, left, right, at: left.at, end: right.end });
    }
    return left;
  }

  private prefixed(): Syntax {
    const sign = this.peek();
    if (this.isSign('!')) {
      this.take();
      const of = this.inside(sign, () => this.prefixed());
      return this.node({ kind: 'not', of, at: sign.at, end: of.end });
    }
    if (!this.isSign('-')) return this.member();
    this.take();
    const number = this.peek();
    if (number.kind !== 'int') throw new FilterFault('syntax', number, 'A number is expected after -.');
    this.take();
    return this.number({ at: sign.at, end: number.end }, -BigInt(number.text));
  }

  private number(span: Span, value: bigint): Syntax {
    if (value > int64Max || value < -int64Max)
      throw new FilterFault(
        'syntax',
        span,
        'This number is larger than Kafka’s and Sluice’s numbers (64 bits) are.',
      );
    return this.node({ kind: 'int', value, at: span.at, end: span.end });
  }

  private member(): Syntax {
    let of = this.primary();
    for (;;) {
      if (this.isSign('.')) of = this.dotted(of);
      else if (this.isSign('[')) of = this.entry(of);
      else return of;
    }
  }

  private dotted(of: Syntax): Syntax {
    this.take();
    const name = this.peek();
    if (name.kind !== 'name')
      throw new FilterFault('syntax', name, 'The name of a field or function is expected after the point.');
    this.take();
    if (this.isSign('(')) {
      const { args, end } = this.args();
      return this.node({ kind: 'method', of, name: name.text, args, named: name, at: of.at, end });
    }
    if (of.kind !== 'name')
      throw new FilterFault(
        'syntax',
        name,
        `Only fields have parts; .${name.text} is called with parentheses, if it is a function.`,
      );
    return { kind: 'name', name: `${of.name}.${name.text}`, at: of.at, end: name.end };
  }

  private entry(of: Syntax): Syntax {
    this.take();
    const key = this.peek();
    if (key.kind !== 'text')
      throw new FilterFault(
        'syntax',
        key,
        'A name in quotes is expected in the brackets: headers["trace-id"].',
      );
    this.take();
    const { end } = this.expect(']', 'to close the brackets');
    return this.node({ kind: 'entry', of, key: key.value, at: of.at, end });
  }

  private args(): { args: Syntax[]; end: number } {
    const { items, end } = this.several(')', 'to close the parentheses');
    return { args: items, end };
  }

  private several(closing: string, why: string): { items: Syntax[]; end: number } {
    const opening = this.take();
    return this.inside(opening, () => {
      const items: Syntax[] = [];
      while (!this.isSign(closing)) {
        if (items.length > 0) this.expect(',', 'between two values');
        items.push(this.either());
      }
      return { items, end: this.expect(closing, why).end };
    });
  }

  private primary(): Syntax {
    const token = this.peek();
    if (token.kind === 'text') {
      this.take();
      return this.node({ kind: 'text', value: token.value, at: token.at, end: token.end });
    }
    if (token.kind === 'int') {
      this.take();
      return this.number(token, BigInt(token.text));
    }
    if (token.kind === 'name' && token.text !== 'in') return this.named(token.text, this.take());
    if (this.isSign('[')) {
      const { items, end } = this.several(']', 'to close the list');
      return this.node({ kind: 'list', items, at: token.at, end });
    }
    if (this.isSign('(')) {
      const opening = this.take();
      const inner = this.inside(opening, () => this.either());
      const { end } = this.expect(')', 'to close the parentheses');
      return { ...inner, at: opening.at, end };
    }
    throw new FilterFault(
      'syntax',
      token,
      token.kind === 'end'
        ? 'The filter ends where a field or value is expected.'
        : 'A field, a value or ( is expected here.',
    );
  }

  private named(name: string, { at, end }: Span): Syntax {
    const span = { at, end };
    if (constants[name] === 'bool') return this.node({ kind: 'bool', value: name === 'true', ...span });
    if (constants[name] === 'null') return this.node({ kind: 'null', ...span });
    if (!this.isSign('(')) return this.node({ kind: 'name', name, ...span });
    const { args, end: closed } = this.args();
    return this.node({ kind: 'call', name, args, named: span, at, end: closed });
  }
}

/** The text as a tree. Looks at no more of it than its limits allow. @throws FilterFault */
export function parseFilter(text: string): Syntax {
  if (text.length > filterLimits.length)
    throw new FilterFault(
      'too_long',
      { at: filterLimits.length, end: text.length },
      `A filter has at most ${filterLimits.length} characters; this one has ${text.length}.`,
    );
  return new Reader(tokensOf(text)).whole();
}
