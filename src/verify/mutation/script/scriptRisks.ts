import { childOf, isFunction, nodesIn, wordOf, type ScriptNode } from './scriptTree.ts';
import { lostEffects } from './lostEffects.ts';
import { lostPieces } from './lostPieces.ts';
import { narrowKeys } from './narrowKeys.ts';
import { isModuleName, methodsLike } from './scriptMutators.ts';
import type { ScriptRisk } from './scriptRisk.ts';
import { isProperty, type Script } from './scriptText.ts';
import type { ScriptToken } from './scriptTokens.ts';
import { touchedWords, type TokenPlace } from '../changes/tokenPlaces.ts';

type Place = TokenPlace<ScriptToken>;

/** The words of the statements that a change touches. */
interface Side {
  readonly tokens: readonly ScriptToken[];
  readonly text: string;
  readonly starts: readonly number[];
}

/** Pairs of what goes and what comes that are taken for each other and differ for some inputs: copies, turns, empty values, errors. */
export function risksOf(places: readonly Place[], old: Script, now: Script): readonly ScriptRisk[] {
  const touched = touchedWords(places, old.tokens, now.tokens);
  const [gone, came] = [sideOf(touched.gone), sideOf(touched.came)];
  const home = places[0]?.at ?? 0;
  const pairs = exchanges.flatMap(({ was, is, unless }): readonly ScriptRisk[] => {
    const less = count(was, gone.text) > count(was, came.text);
    const more = is === undefined || count(is, came.text) > (unless === 'any' ? 0 : count(is, gone.text));
    if (!less || !more) return [];
    const [a, b] = [tokenAt(was, gone), is === undefined ? undefined : tokenAt(is, came)];
    return [{ at: home, ...(a && { gone: a }), ...(b && { came: b }) }];
  });
  return [
    ...pairs,
    ...leftovers(gone, came, home, now),
    ...lostTexts(places, now),
    ...lostEffects(places, old, now).map(([gone, at]) => ({ gone, at })),
    ...otherTurns(old, now, home),
    ...lostPieces(places, old, now),
    ...narrowKeys(places, now),
  ];
}

interface Exchange {
  readonly was: RegExp;
  /** Undefined where it is enough that there is less of the one. */
  readonly is?: RegExp;
  /** What came counts wherever it stands in the statements that were touched. */
  readonly unless?: 'any';
}

const copies =
  /\. slice \( \)|\[ \.\.\. [\w$.]|\{ \.\.\. [\w$.]|Object \. assign \( \{ \}|Array \. from \(|\bstructuredClone\b|\. concat \(|\. to(?:Sorted|Reversed|Spliced) \(/g;
const exchanges: readonly Exchange[] = [
  {
    was: copies,
    is: /\. (?:sort|reverse|splice|push|unshift|pop|shift|fill|copyWithin) \(|Object \. assign \( [\w$]|\bdelete\b/g,
    unless: 'any',
  },
  { was: /\bawait\b/g, is: /\bPromise \. (?:all|allSettled|race|any) \(/g },
  { was: /\bfinally\b/g },
  { was: /\?\./g },
  { was: /\bget [\w$]+ \( \)/g },
  { was: /\|\|/g, is: /\?\?|[\w$] = (?:""|[\d\w`[{])[^;=]*\}? \)? (?:=>|\{|\})/g },
  { was: /\bfor \( (?:const|let|var) [\w$]+ in\b/g, is: /\bObject \. (?:keys|entries|values) \(/g },
  { was: /\. sort \( (?:\(|[\w$]+ =>|function)/g, is: /\. sort \( \)/g },
  { was: /\/r\/\w*g\w*/g, is: /\. replace \( (?:""|\/r\/(?!\w*g))/g, unless: 'any' },
];

function sideOf(own: readonly ScriptToken[]): Side {
  const starts: number[] = [];
  let text = '';
  for (const token of own) {
    starts.push(text.length);
    text += `${wordsOf(token)} `;
  }
  return { tokens: own, text, starts };
}

/** What a constant says is no code. */
function wordsOf({ text, kind, node }: ScriptToken): string {
  if (kind !== 'literal') return text;
  if (node.type === 'RegExpLiteral') return `/r/${text.slice(text.lastIndexOf('/') + 1)}`;
  return /^["'`}]/.test(text) ? '""' : text;
}

function count(pattern: RegExp, text: string): number {
  return [...text.matchAll(pattern)].length;
}

function tokenAt(pattern: RegExp, { text, starts, tokens }: Side): ScriptToken | undefined {
  const match = [...text.matchAll(pattern)][0];
  if (match === undefined) return undefined;
  return tokens[starts.findLastIndex((start) => start <= match.index + (/^\W/.test(match[0]) ? 2 : 0))];
}

const numbers = ['parseInt', 'parseFloat', 'Number'];

/** Methods and classes of errors that are gone, and others of their kind that came: each is tried as it was. */
function leftovers(gone: Side, came: Side, at: number, now: Script): readonly ScriptRisk[] {
  const only = (one: Side, other: Side): readonly ScriptToken[] =>
    one.tokens.filter(
      ({ kind, text }) =>
        kind === 'name' &&
        one.tokens.filter((token) => token.text === text).length >
          other.tokens.filter((token) => token.text === text).length,
    );
  const [lost, found] = [only(gone, came), only(came, gone)];
  return found.flatMap((token): readonly ScriptRisk[] => {
    const was = lost.find((one) => areTaken(one, token));
    if (was === undefined || (now.declared.has(token.text) && !isErrorClass(token))) return [];
    const { start, end, node } = token;
    return [{ at, came: token, own: [{ start, end, replacement: was.text, mutator: 'Leftover', rank: 0, node }] }];
  });
}

function areTaken(one: ScriptToken, other: ScriptToken): boolean {
  if (isErrorClass(one) || isErrorClass(other)) return isErrorClass(one) && isErrorClass(other);
  if (numbers.includes(one.text) && numbers.includes(other.text)) return true;
  return isProperty(one.node) && isProperty(other.node) && methodsLike(one.text).includes(other.text);
}

function isErrorClass({ node }: ScriptToken): boolean {
  const { parent, role } = node;
  return role === 'callee' && parent?.type === 'NewExpression' && parent.parent?.type === 'ThrowStatement';
}

const typeNames = /^(?:undefined|object|function|number|string|boolean|symbol|bigint)$/;

/** Texts in statements that became others, of which nothing is left anywhere. */
function lostTexts(places: readonly Place[], now: Script): readonly ScriptRisk[] {
  return places.flatMap(({ before, after, at }) => {
    if (after.length === 0) return [];
    return before
      .filter(({ node }) => node.type === 'StringLiteral' && !isModuleName(node))
      .filter(({ node }) => {
        const text = wordOf(node, 'value');
        return text !== '' && !typeNames.test(text) && !holds(now, text);
      })
      .map((gone) => ({ at, gone }));
  });
}

/** Word by word, since parts of it may be put together elsewhere. */
function holds({ text }: Script, content: string): boolean {
  const written = JSON.stringify(content).slice(1, -1);
  const words = content.match(/[\p{L}\p{N}]+/gu) ?? [];
  return (
    text.includes(content) || text.includes(written) || (words.length > 0 && words.every((one) => text.includes(one)))
  );
}

/** Statements that do something and stand in the other order now, each as it was and in the function it was in. */
function otherTurns(old: Script, now: Script, home: number): readonly ScriptRisk[] {
  const [then, later] = [stepsOf(old), stepsOf(now)];
  const both = [...then.keys()].filter((key) => later.has(key));
  for (const [index, key] of both.entries())
    for (const other of both.slice(index + 1)) {
      const [a, b] = [later.get(key), later.get(other)];
      if (
        a !== undefined &&
        b !== undefined &&
        a.around === b.around &&
        b.token.start < a.token.start &&
        !isNested(a, b)
      )
        if (then.get(key)?.around === then.get(other)?.around) return [{ at: home, came: b.token }];
    }
  return [];
}

interface Step {
  readonly around: string;
  readonly token: ScriptToken;
}

function isNested(a: Step, b: Step): boolean {
  return b.token.home.start <= a.token.start && a.token.end <= b.token.home.end;
}

/** Calls that are statements, by what they say; those that stand there twice are left out. */
function stepsOf(script: Script): ReadonlyMap<string, Step> {
  const found = new Map<string, Step | undefined>();
  const units = new Map<number, ScriptToken[]>();
  for (const token of script.tokens) units.set(token.unit, [...(units.get(token.unit) ?? []), token]);
  for (const tokens of units.values()) {
    const [token] = tokens;
    if (token === undefined || !isStep(token.home)) continue;
    const around = nameAround(token.home, script);
    const key = `${around} ${tokens.map(({ text }) => text).join(' ')}`;
    found.set(key, found.has(key) ? undefined : { around, token });
  }
  return new Map([...found].flatMap(([key, step]) => (step === undefined ? [] : [[key, step] as const])));
}

function isStep(node: ScriptNode): boolean {
  let expression = node.type === 'ExpressionStatement' ? childOf(node, 'expression') : undefined;
  while (expression?.type === 'AwaitExpression') expression = childOf(expression, 'argument');
  return (
    expression !== undefined && /^(?:Optional)?CallExpression$/.test(expression.type) && !holdsFunction(expression)
  );
}

function holdsFunction(node: ScriptNode): boolean {
  return nodesIn(node).some(isFunction);
}

/** What the nearest function is called, or whose value it is. */
function nameAround(node: ScriptNode, { text }: Script): string {
  let at = node.parent;
  while (at !== undefined && !isFunction(at)) at = at.parent;
  if (at === undefined) return '';
  const named = childOf(at, 'id') ?? childOf(at, 'key') ?? (at.parent && childOf(at.parent, 'id'));
  return named === undefined ? `${at.type}` : text.slice(named.start, named.end);
}
