import ts from 'typescript';
import { seedMutants } from '../../../src/verify/mutation/script/mutantSeeder.ts';
import { withMutant } from '../../../src/verify/mutation/changes/mutant.ts';
import { describeMutant } from '../../../src/verify/mutation/changes/fileMutant.ts';
import { evenly } from './random.ts';
import { candidate, sourcesOf, type Candidate, type Subject } from './subject.ts';

/** One replacement in a text. */
interface Splice {
  readonly family: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Changes of which most break behaviour, so many in a file at most of each of two kinds; the tests of the subject decide which do. */
export async function breakingCandidates(subject: Subject, mostInFile = Infinity): Promise<readonly Candidate[]> {
  const found: Candidate[] = [];
  for (const path of sourcesOf(subject)) {
    const text = subject.files.get(path) ?? '';
    if (path.endsWith('.py')) continue;
    const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    for (const { family, start, end, text: now } of evenly(splicesOf(source), mostInFile)) {
      const note = `${path}:${source.getLineAndCharacterOfPosition(start).line + 1}`;
      found.push(candidate(subject, family, note, new Map([[path, text.slice(0, start) + now + text.slice(end)]])));
    }
    const whole = [{ start: 1, end: text.split('\n').length }];
    for (const fault of evenly(await seedMutants(path, text, whole), mostInFile)) {
      const note = `${path}:${fault.line} ${describeMutant(text, fault)}`;
      found.push(candidate(subject, 'mutant', note, new Map([[path, withMutant(text, fault)]])));
    }
  }
  return found;
}

type Finder = (node: ts.Node, source: ts.SourceFile) => readonly Splice[];

function splicesOf(source: ts.SourceFile): readonly Splice[] {
  const finders: readonly Finder[] = [
    offByOne,
    swappedArguments,
    droppedAsync,
    sharedState,
    brokenTypes,
    deletedBranches,
    wrongRenames,
    reorderedStatements,
    naiveExtraction,
  ];
  const found: Splice[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isImportDeclaration(node)) return;
    for (const finder of finders) found.push(...finder(node, source));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const offByOne: Finder = (node) => {
  const of = (target: ts.Node, text: string): Splice => replace('off by one', target, text);
  if (ts.isNumericLiteral(node) && !ts.isPropertyAssignment(node.parent))
    return [of(node, String(Number(node.text) + 1)), of(node, `(${Number(node.text) - 1})`)];
  if (ts.isBinaryExpression(node)) {
    const other = { '<': '<=', '<=': '<', '>': '>=', '>=': '>' }[node.operatorToken.getText()];
    return other === undefined ? [] : [of(node.operatorToken, other)];
  }
  const isLength = ts.isPropertyAccessExpression(node) && ['length', 'size'].includes(node.name.text);
  if (!isLength || isWritten(node)) return [];
  return [of(node, `(${node.getText()} - 1)`), of(node, `(${node.getText()} + 1)`)];
};

const swappedArguments: Finder = (node) => {
  const list = ts.isCallExpression(node) || ts.isNewExpression(node) ? node.arguments : parametersOf(node);
  return [...(list ?? [])].flatMap((one, index, all) => {
    const next = all[index + 1];
    if (next === undefined || one.getText() === next.getText() || next.getText().startsWith('...')) return [];
    const between = node.getSourceFile().text.slice(one.end, next.getStart());
    const text = `${next.getText()}${between}${one.getText()}`;
    return [{ family: 'swapped arguments', start: one.getStart(), end: next.end, text }];
  });
};

const droppedAsync: Finder = (node) => {
  if (ts.isAwaitExpression(node)) return [replace('async dropped', node, node.expression.getText())];
  if (node.kind === ts.SyntaxKind.AsyncKeyword) return [replace('async dropped', node, '')];
  if (ts.isCallExpression(node) && /^Promise\.all(Settled)?$/.test(node.expression.getText()))
    return node.arguments.slice(0, 1).map((list) => replace('async dropped', node, list.getText()));
  return [];
};

const sharedState: Finder = (node, source) => {
  const of = (target: ts.Node, text: string): Splice => replace('shared state', target, text);
  if (ts.isArrayLiteralExpression(node) || ts.isObjectLiteralExpression(node)) {
    const [first] = ts.isArrayLiteralExpression(node) ? node.elements : node.properties;
    const isCopy = first !== undefined && (ts.isSpreadElement(first) || ts.isSpreadAssignment(first));
    if (isCopy && childrenOf(node) === 1) return [of(node, first.expression.getText())];
  }
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const name = node.expression.name.text;
    if (name === 'slice' && node.arguments.length === 0) return [of(node, node.expression.expression.getText())];
    if (name === 'assign')
      return [
        of(
          node,
          `Object.assign(${node.arguments
            .map((one) => one.getText())
            .reverse()
            .join(', ')})`,
        ),
      ];
  }
  // A value that each call, or each object, has of its own becomes one of the module.
  const isFresh =
    (ts.isArrayLiteralExpression(node) && node.elements.length === 0) ||
    (ts.isObjectLiteralExpression(node) && node.properties.length === 0) ||
    (ts.isNewExpression(node) && /^new (Map|Set)\(/.test(node.getText()));
  if (!isFresh || !isInFunction(node)) return [];
  const at = source.statements.find((one) => !ts.isImportDeclaration(one) && !/^['"]use|require\(/.test(one.getText()));
  if (at === undefined || at.getStart() > node.getStart()) return [];
  const start = at.getFullStart();
  const text = `\nconst sharedValue = ${node.getText()};\n${source.text.slice(start, node.getStart())}sharedValue`;
  return [{ family: 'shared state', start, end: node.end, text }];
};

const brokenTypes: Finder = (node) => {
  if (!ts.isReturnStatement(node) || node.expression === undefined) return [];
  const text = node.expression.getText();
  return ['String', 'Boolean', 'Number', 'Promise.resolve']
    .map((wrap) => `${wrap}(${text})`)
    .concat(`[${text}]`)
    .map((now) => replace('type broken', node.expression ?? node, now));
};

const deletedBranches: Finder = (node) => {
  const of = (target: ts.Node, text: string): Splice => replace('branch deleted', target, text);
  if (ts.isIfStatement(node)) {
    const dropped = node.elseStatement === undefined ? [of(node, '{}')] : [of(node, node.elseStatement.getText())];
    const whole = { family: 'branch deleted', start: node.thenStatement.end, end: node.end, text: '' };
    return [...dropped, of(node, node.thenStatement.getText()), ...(node.elseStatement === undefined ? [] : [whole])];
  }
  if (ts.isConditionalExpression(node))
    return [of(node, `(${node.whenTrue.getText()})`), of(node, `(${node.whenFalse.getText()})`)];
  if (ts.isTryStatement(node)) return [of(node, node.tryBlock.getText())];
  if (ts.isExpressionStatement(node) || ts.isReturnStatement(node) || ts.isThrowStatement(node)) return [of(node, ';')];
  return ts.isContinueStatement(node) || ts.isBreakStatement(node) ? [of(node, ';')] : [];
};

const wrongRenames: Finder = (node) => {
  if (!ts.isIdentifier(node)) return [];
  const parent = node.parent;
  const isShorthand = ts.isShorthandPropertyAssignment(parent) || ts.isBindingElement(parent);
  if (isShorthand && ts.isShorthandPropertyAssignment(parent))
    return [replace('wrong rename', node, `${node.text}2: ${node.text}`)];
  const isName =
    ts.isVariableDeclaration(parent) ||
    ts.isParameter(parent) ||
    ts.isFunctionDeclaration(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isPropertyAccessExpression(parent) ||
    ts.isCallExpression(parent) ||
    ts.isGetAccessor(parent);
  return isName && parent.getChildren().includes(node) ? [replace('wrong rename', node, `${node.text}2`)] : [];
};

const reorderedStatements: Finder = (node) => {
  if (!ts.isBlock(node)) return [];
  return node.statements.flatMap((one, index, all) => {
    const next = all[index + 1];
    if (next === undefined || ts.isFunctionDeclaration(one) || ts.isFunctionDeclaration(next)) return [];
    const text = `${next.getText()}\n${one.getText()}`;
    return [{ family: 'reordered statements', start: one.getStart(), end: next.end, text }];
  });
};

/** A loop or branch is put into a function as it stands: what it assigns, breaks out of or returns is lost. */
const naiveExtraction: Finder = (node) => {
  const isLoop =
    ts.isForStatement(node) || ts.isForOfStatement(node) || ts.isWhileStatement(node) || ts.isIfStatement(node);
  if (!isLoop) return [];
  return [replace('naive extraction', node, `const extracted = () => { ${node.getText()} };\nextracted();`)];
};

function replace(family: string, node: ts.Node, text: string): Splice {
  return { family, start: node.getStart(), end: node.end, text };
}

function parametersOf(node: ts.Node): readonly ts.Node[] {
  return ts.isFunctionLike(node) && !ts.isFunctionTypeNode(node) ? node.parameters : [];
}

function childrenOf(node: ts.ArrayLiteralExpression | ts.ObjectLiteralExpression): number {
  return ts.isArrayLiteralExpression(node) ? node.elements.length : node.properties.length;
}

function isInFunction(node: ts.Node): boolean {
  return ts.findAncestor(node, ts.isFunctionLike) !== undefined;
}

function isWritten(node: ts.Node): boolean {
  return (
    ts.isBinaryExpression(node.parent) && node.parent.left === node && /=$/.test(node.parent.operatorToken.getText())
  );
}
