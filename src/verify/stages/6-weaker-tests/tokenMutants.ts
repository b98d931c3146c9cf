import type { RelativePath } from '../../../workspace/path.ts';
import { languageOf } from '../../../languages/table.ts';
import type { LanguageId } from '../../../languages/texts/language.ts';
import { textsAndComments, withoutTexts } from '../../../languages/texts/plainTokens.ts';
import type { FileMutant } from '../../mutation/changes/fileMutant.ts';

type Rule = readonly [mutator: string, pattern: RegExp, replace: (match: string) => string];

const rules: readonly Rule[] = [
  ['Equality', /==(?!=)/g, () => '!='],
  ['Equality', /!=(?!=)/g, () => '=='],
  ['Comparison', / <= /g, () => ' > '],
  ['Comparison', / >= /g, () => ' < '],
  ['Comparison', / < /g, () => ' >= '],
  ['Comparison', / > /g, () => ' <= '],
  ['Arithmetic', / \+ /g, () => ' - '],
  ['Arithmetic', / - /g, () => ' + '],
  ['Arithmetic', / \* /g, () => ' + '],
  ['Assignment', /\+=/g, () => '-='],
  ['Assignment', /[-+*]=/g, () => '='],
  ['Assignment', /-=/g, () => '+='],
  ['Logic', /&&/g, () => '||'],
  ['Logic', /\|\|/g, () => '&&'],
  ['Logic', /\band\b/g, () => 'or'],
  ['Logic', /\bor\b/g, () => 'and'],
  ['Negation', /\bnot (?!in\b)|!(?=[\w(])/g, () => ''],
  ['Truth', /\b(?:true|True)\b/g, (word) => (word === 'true' ? 'false' : 'False')],
  ['Truth', /\b(?:false|False)\b/g, (word) => (word === 'false' ? 'true' : 'True')],
  ['Number', /(?<![\w.])\d+(?![\w.])/g, (digits) => String(Number(digits) + 1)],
];

/** Beside these, those of one language. */
const ownRules: Readonly<Partial<Record<LanguageId, readonly Rule[]>>> = {
  python: [
    ['Removal', /\b(?:raise|yield) .*$/gm, () => 'pass'],
    ['Result', /\breturn .+$/gm, () => 'return None'],
  ],
};

/**
 * Mistakes that could be made in a text of whatever language, found by its tokens alone. Some do not compile, which costs time and
 * says nothing, for the tests on both sides of a comparison notice that alike.
 */
export function tokenMutants(path: RelativePath, text: string): readonly FileMutant[] {
  const code = withoutTexts(path, text);
  const own = /#\[cfg\(test\)\]/.exec(code)?.index ?? code.length;
  const lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const lineOf = (offset: number): number => lineStarts.findLastIndex((start) => start <= offset) + 1;
  const functionLines = [...code.matchAll(/^.*\b(?:def|func|fn|function|class|impl)\b/gm)].map(({ index }) =>
    lineOf(index),
  );
  const mutantAt = (mutator: string, start: number, old: string, replacement: string): FileMutant => {
    const line = lineOf(start);
    const functionLine = functionLines.findLast((one) => one <= line) ?? 1;
    return { path, line, start, end: start + old.length, replacement, mutator, functionLine };
  };
  const language = languageOf(path);
  const ruleSet = [...rules, ...((language && ownRules[language.id]) ?? [])];
  const inCode = ruleSet.flatMap(([mutator, pattern, replace]) =>
    [...code.matchAll(pattern)].map(({ 0: old, index }) => mutantAt(mutator, index, old, replace(old))),
  );
  const inLiterals = [...text.matchAll(textsAndComments(path))]
    .filter(([literal]) => /^(["'])(?!\1).+\1$/.test(literal))
    .map(({ 0: old, index }) => mutantAt('Text', index, old, `${old.charAt(0)}${old.charAt(0)}`));
  return [...inCode, ...inLiterals].filter(({ start }) => start < own);
}
