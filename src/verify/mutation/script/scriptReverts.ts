import type { Mutant } from '../changes/mutant.ts';
import { withMutant } from '../changes/mutant.ts';
import type { ScriptPlace } from './scriptChange.ts';
import { methodsLike, mutationsOf, slipsOf } from './scriptMutators.ts';
import { isBinding, isProperty, readScript, type Script } from './scriptText.ts';
import type { ScriptToken } from './scriptTokens.ts';
import { nodesIn, scriptTree } from './scriptTree.ts';
import { isOneWord } from '../changes/tokenPlaces.ts';

/** A place as it was, in the text as it is; undefined where it cannot be put there, or does not parse. */
export function revertedAt(
  place: ScriptPlace,
  places: readonly ScriptPlace[],
  old: Script,
  now: Script,
): Mutant | undefined {
  if (place.isNew || place.isReordered === true || place.isOther === true) return undefined;
  const change = place.isJoined ? wholeUnit(place, places, old) : ownRange(place, old, now);
  if (change === undefined) return undefined;
  const text = withMutant(now.text, change);
  if (scriptTree(now.path, text) === undefined) return undefined;
  return { ...change, mutator: 'Reverted', isOldText: isSame(readScript(now.path, text), old) };
}

type Change = Pick<Mutant, 'start' | 'end' | 'replacement'>;

function ownRange({ before, after, at }: ScriptPlace, old: Script, now: Script): Change | undefined {
  if (!isUnbroken(before, old.tokens) || !isUnbroken(after, now.tokens)) return undefined;
  const [first, last] = [before[0], before.at(-1)];
  const start = after[0]?.start ?? now.tokens[at]?.start ?? now.text.length;
  const end = after.at(-1)?.end ?? start;
  const was = first === undefined || last === undefined ? '' : old.text.slice(first.start, last.end);
  return { start, end, replacement: after.length === 0 ? `${was}\n` : was };
}

/** Of a place in several parts the statement or condition that it is in, when nothing else changed there. */
function wholeUnit({ before, after }: ScriptPlace, places: readonly ScriptPlace[], old: Script): Change | undefined {
  const [was, is] = [before[0]?.home, after[0]?.home];
  if (was === undefined || is === undefined || before.some(({ home }) => home !== was)) return undefined;
  const isWithin = ({ start }: ScriptToken): boolean => is.start <= start && start <= is.end;
  if (places.some((other) => other.after !== after && other.after.some(isWithin))) return undefined;
  return { start: is.start, end: is.end, replacement: old.text.slice(was.start, was.end) };
}

function isUnbroken(tokens: readonly ScriptToken[], all: readonly ScriptToken[]): boolean {
  const [first, last] = [tokens[0], tokens.at(-1)];
  if (first === undefined || last === undefined) return true;
  return all.indexOf(last) - all.indexOf(first) === tokens.length - 1;
}

function isSame(one: Script | undefined, other: Script): boolean {
  return textOf(one?.tokens ?? []) === textOf(other.tokens);
}

function textOf(tokens: readonly ScriptToken[]): string {
  return tokens.map(({ text }) => text).join('\n');
}

const operators: readonly RegExp[] = [
  /^[<>]=?$/,
  /^(?:&&|\|\||\?\?)$/,
  /^(?:[-+*/%]|\*\*)$/,
  /^(?:[-+*/%]|\*\*|&&|\|\||\?\?)=$/,
  /^(?:\+\+|--)$/,
  /^[!=]==$/,
  /^[!=]=$/,
  /^(?:&|\||\^|<<|>>|>>>)$/,
];

/** Longer changes are not what a mutator makes. */
const mostWords = 14;
const longestText = 200_000;

/** Mistakes that are none by the look of them: whoever writes them may mean the same. */
const harmless = new Set(['Await', 'Value', 'Result', 'Body', 'Name']);

/** Whether a mutator could have made this of what stood there. */
export function changeIsMutant(place: ScriptPlace, old: Script, now: Script): boolean {
  const { before, after, isNew } = place;
  const [was, is] = [before[0], after[0]];
  if (isNew) return false;
  // Brackets alone are the rest of something that changed elsewhere; what they hold is mutated.
  if ([...before, ...after].every(({ text }) => /^[()[\]{},;:]$/.test(text))) return false;
  if (isOneWord(place) && was !== undefined && is !== undefined) return wordIsMutant(was, is, old);
  if (was === undefined || before.length + after.length > mostWords || old.text.length > longestText) return false;
  const home = was.home;
  if (before.some((token) => token.home !== home)) return false;
  const wanted = textOf(now.tokens.filter(({ unit }) => unit === place.unit));
  const touched = nodesIn(home).filter((node) =>
    before.some(({ start, end }) => node.start <= start && end <= node.end),
  );
  return touched
    .flatMap((node) => [...mutationsOf(node, old.text, []), ...slipsOf(node, old.text)])
    .filter(({ rank, mutator }) => rank <= 2 && !harmless.has(mutator))
    .some((mutation) => {
      const other = readScript(old.path, withMutant(old.text, mutation));
      return other !== undefined && textOf(unitAt(other, home.start)) === wanted;
    });
}

function unitAt({ tokens }: Script, start: number): readonly ScriptToken[] {
  const unit = tokens.find((token) => token.start >= start && token.end > token.start && token.home.end > start)?.unit;
  return tokens.filter((token) => token.unit === unit);
}

function wordIsMutant(was: ScriptToken, is: ScriptToken, old: Script): boolean {
  switch (is.kind) {
    case 'literal':
      return was.node.type === is.node.type;
    case 'operator':
      return operators.some((pattern) => pattern.test(was.text) && pattern.test(is.text));
    case 'name':
      return isOtherName(was, is, old);
    case 'other':
      return false;
  }
}

/** Both names stood for something before, so that one was taken for the other. */
function isOtherName(was: ScriptToken, is: ScriptToken, old: Script): boolean {
  if (isBinding(is.node)) return false;
  if (!isProperty(is.node)) return old.declared.has(was.text) && old.declared.has(is.text);
  const isCalled = is.node.parent?.role === 'callee';
  return isCalled ? methodsLike(was.text).includes(is.text) : is.node.role === 'property';
}
