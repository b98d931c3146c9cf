import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it } from 'mocha';
import ts from 'typescript';

const root = resolve(import.meta.dirname, '../../src');

/** What asks a path for a language, by the name that it has within `src/languages`. */
const questions = /^is(?:Script|Python|Go|Rust)$/;

/** Endings of files of a language in a regular expression; one for whole names of certain files tells no language. */
const endings = /\\\.[^/]*?(?:\bpyi?\b|\bgo\b|\brs\b|\[jt\]s|\b[jt]sx?\b)[^/]*\$/;
const wholeName = /^\/\^(?:\(|\w)/;
const ending = /^(?:_test)?\.(?:pyi?|go|rs|[cm]?[jt]sx?)$/;

const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.ts') && !name.startsWith('languages/'));

describe('questions for a language', () => {
  it('are told where they stand', () => {
    const asked = `import { isPython } from '../languages/texts/changedText.ts';
      const a = isPython(path) || /\\.pyi?$/i.test(path) || path.endsWith('_test.go') || extname(path) === '.rs';
      const b = /\\.(?:[cm]?[jt]sx?|vue)$/.test(path) ? paths.filter(isPython) : paths.filter(({ go }) => go.isGo(path));`;
    const found = questionsIn('verify/a.ts', asked);
    assert.deepEqual(found, [
      ...['isPython', 'isPython', '/\\.pyi?$/i', "'_test.go'", "'.rs'"],
      ...['/\\.(?:[cm]?[jt]sx?|vue)$/', 'isPython', 'isGo'],
    ]);
  });

  it('are not taken for something else', () => {
    const others = `const isGo = runners.every(isCargo);
      const a = languageOf(path)?.takes(path) && isGo ? /\\.json$/ : /^(?:eslint\\.config\\.[cm]?[jt]s|\\.eslintrc)$/;`;
    assert.deepEqual(questionsIn('verify/a.ts', others), []);
  });

  it('are asked within src/languages only', () => {
    const found = files.flatMap((file) =>
      questionsIn(file, readFileSync(join(root, file), 'utf8')).map((question) => `${file}: ${question}`),
    );
    assert.deepEqual(found, []);
  });
});

/** Endings are looked for where changes are verified, since runners and the engine read files of their own. */
function questionsIn(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const isVerified = file.startsWith('verify/');
  if (!isVerified && !/\bis(?:Script|Python|Go|Rust)\b/.test(text)) return found;
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && questions.test(node.text) && isAsked(node)) found.push(node.text);
    const isRule = isVerified && ts.isRegularExpressionLiteral(node) && !wholeName.test(node.text);
    if (isRule && endings.test(node.text)) found.push(node.text);
    if (isVerified && ts.isStringLiteral(node) && ending.test(node.text)) found.push(`'${node.text}'`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Imported, declared, called or handed on as a function: a variable of that name may be about anything. */
function isAsked({ parent }: ts.Identifier): boolean {
  return (
    ts.isImportSpecifier(parent) ||
    ts.isFunctionDeclaration(parent) ||
    ts.isCallExpression(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isPropertyAccessExpression(parent)
  );
}
