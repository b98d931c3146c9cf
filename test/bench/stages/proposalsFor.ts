import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createProposal, type Proposal } from '../../../src/edits/proposal.ts';
import { analyze } from '../../../src/engine/analyst/analyze.ts';
import { classifyPath } from '../../../src/workspace/pathPolicy.ts';

const leftOut = /(^|\/)(node_modules|\.git|\.venv|venv|dist|build|coverage|docs?|examples?|bench)(\/|$)/;

/** Two real refactorings of a project: the engine's where it has some, else a returned expression that gets a name (Extract Variable). */
export async function proposalsFor(root: string): Promise<readonly [Proposal, Proposal]> {
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.([cm]?[jt]sx?|py|go)$/.test(path) && !path.endsWith('.d.ts') && !leftOut.test(path))
    .filter((path) => classifyPath(path) === 'ordinary')
    .sort((a, b) => size(root, b) - size(root, a));
  const found: Proposal[] = [];
  for (const path of sources) {
    const text = readFileSync(join(root, path), 'utf8');
    for (const changed of changesOf(path, text))
      found.push(
        createProposal([
          { kind: 'edit', path, before: { text, hasBom: false }, after: { text: changed, hasBom: false } },
        ]),
      );
    const [first, second] = found;
    if (first !== undefined && second !== undefined) return [first, second];
  }
  throw new Error(`Nothing to refactor was found in ${root}.`);
}

function changesOf(path: string, text: string): readonly string[] {
  if (path.endsWith('.py')) return named(text);
  return path.endsWith('.go') ? namedInGo(text) : refactored(path, text);
}

function refactored(path: string, text: string): readonly string[] {
  const { steps } = analyze({ path, text, intent: 'optimize' });
  const texts = steps.flatMap((step) => step.apply(text) ?? []).filter((changed) => changed !== text);
  return texts.length > 1 ? texts : [...texts, ...namedInScript(text)];
}

function named(text: string): readonly string[] {
  return [...text.matchAll(/^( +)return ([^#\n]*[\w)\]])$/gm)]
    .filter(([, , expression = '']) => isBalanced(expression) && /[(.+]/.test(expression))
    .map((match) => replaced(text, match, `${match[1]}found_here = ${match[2]}\n${match[1]}return found_here`));
}

function namedInScript(text: string): readonly string[] {
  return [...text.matchAll(/^( +)return ([^\n;]*[\w)\]]);$/gm)]
    .filter(([, , expression = '']) => isBalanced(expression) && /[(.+]/.test(expression))
    .map((match) => replaced(text, match, `${match[1]}const foundHere = ${match[2]};\n${match[1]}return foundHere;`));
}

/** Operators, since what a call returns may be several values. */
function namedInGo(text: string): readonly string[] {
  return [...text.matchAll(/^(\t+)return ([^`\n]* (?:\+|==|!=|&&|<|>) [^`\n]*)$/gm)]
    .filter(
      ([, , expression = '']) => isBalanced(expression) && !expression.replace(/\(.*\)|"[^"]*"/g, '').includes(','),
    )
    .map((match) => replaced(text, match, `${match[1]}foundHere := ${match[2]}\n${match[1]}return foundHere`));
}

function replaced(text: string, match: RegExpExecArray, now: string): string {
  return text.slice(0, match.index) + now + text.slice(match.index + match[0].length);
}

function isBalanced(text: string): boolean {
  return ['()', '[]', '{}'].every(([open = '', close = '']) => text.split(open).length === text.split(close).length);
}

function size(root: string, path: string): number {
  return readFileSync(join(root, path)).length;
}
