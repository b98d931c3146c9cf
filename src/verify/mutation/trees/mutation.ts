/** One way to make a piece of a program another one: a range of the text replaced. Offsets are UTF-16 units. */
export interface Mutation {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  /** Which kind of mistake it is. */
  readonly mutator: string;
  /** How much of the program becomes another one: what is seen of a coarse one says little of the tokens in it. */
  readonly grain: Grain;
}

/** A literal or operator, a part of a statement, or all that a statement does. */
export type Grain = 'token' | 'part' | 'statement';

/** From the finest on. */
export const grains: readonly Grain[] = ['token', 'part', 'statement'];

interface Range {
  readonly start: number;
  readonly end: number;
}

export function replaced(
  { start, end }: Range,
  mutator: string,
  grain: Grain,
  ...replacements: readonly string[]
): readonly Mutation[] {
  return replacements.map((replacement) => ({ start, end, replacement, mutator, grain }));
}

/** Other operators for one operator, the likeliest mistake first. */
export type OperatorTable = Readonly<Record<string, readonly string[]>>;

/** Operators that many languages share. */
export const commonOperators: OperatorTable = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '==': ['!='],
  '!=': ['=='],
  '+': ['-'],
  '-': ['+'],
  '*': ['+'],
  '/': ['*'],
  '%': ['*'],
  '&': ['|'],
  '|': ['&'],
  '^': ['|'],
  '<<': ['>>'],
  '>>': ['<<'],
};

/** Other numbers for one number: its neighbours and zero. */
export function otherNumbers(literal: string): readonly string[] {
  const plain = literal.replaceAll('_', '');
  if (/^(0|[1-9]\d*)$/.test(plain)) {
    const value = BigInt(plain);
    const others = [value + 1n, value - 1n, 0n].filter((other) => other >= 0n && other !== value);
    return [...new Set(others.map(String))];
  }
  if (/^\d*\.\d*$/.test(plain) && plain !== '.')
    return [...new Set([`${Number(plain) + 1}`, '0'].map(asFloat))].filter((other) => Number(other) !== Number(plain));
  if (/^0[xob]/i.test(plain))
    return [`(${literal} + 1)`, '0'].filter((other) => !/^0[xob]0+$/i.test(plain) || other !== '0');
  return /^[\d.]+e[+-]?\d+$/i.test(plain) ? [`(${literal} * 2)`, asFloat('0')] : [];
}

function asFloat(digits: string): string {
  return digits.includes('.') || digits.includes('e') ? digits : `${digits}.0`;
}

/** What stands between the quotes becomes nothing, or something else. */
export function otherContents(content: string): readonly string[] {
  return content === '' ? ['mutant'] : [content.length > 1 ? '' : 'mutant', `${content}X`];
}
