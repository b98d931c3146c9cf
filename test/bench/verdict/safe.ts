import { format, type Options } from 'prettier';
import ts from 'typescript';
import { analyze } from '../../../src/engine/analyst/analyze.ts';
import type { Intent } from '../../../src/engine/analysis/refactoring.ts';
import { CompilerProject } from './project.ts';
import { evenly } from './random.ts';
import { candidate, sourcesOf, type Candidate, type Subject } from './subject.ts';

/** Refactorings that keep behaviour when they are done right, so many in a file at most of each kind; what leaves the subject's own tests red is dropped by the caller. */
export async function safeCandidates(subject: Subject, mostInFile = Infinity): Promise<readonly Candidate[]> {
  const paths = sourcesOf(subject).filter((path) => !path.endsWith('.py'));
  if (paths.length === 0) return [];
  const project = new CompilerProject(subject);
  const found = await Promise.all(
    paths.map(async (path) => [
      ...evenly(engineRefactorings(subject, path), mostInFile),
      ...renames(subject, project, path, mostInFile),
      ...evenly(extractions(subject, project, path), mostInFile),
      ...moves(subject, project, path),
      ...evenly(rewritings(subject, project.sourceFile(path), path), mostInFile),
      ...(await layouts(subject, path)),
    ]),
  );
  return found.flat();
}

const intents: readonly Intent[] = [
  'optimize',
  'modernize',
  'simplify',
  'removeDeadCode',
  'organizeImports',
  'asyncAwait',
];

function engineRefactorings(subject: Subject, path: string): readonly Candidate[] {
  const text = subject.files.get(path) ?? '';
  return intents.flatMap((intent) => {
    let current = text;
    const single: Candidate[] = [];
    for (const step of analyze({ path, text, intent }).steps) {
      const alone = step.apply(text);
      if (alone !== undefined && alone !== text)
        single.push(candidate(subject, 'engine', `${path} ${step.rule}`, new Map([[path, alone]])));
      current = step.apply(current) ?? current;
    }
    return current === text ? [] : [...single, candidate(subject, 'engine', `${path} all`, new Map([[path, current]]))];
  });
}

/** Everything that has a name and is not seen by the tests, with all that refers to it. */
function renames(subject: Subject, project: CompilerProject, path: string, mostInFile: number): readonly Candidate[] {
  const names: (ts.Identifier | ts.PrivateIdentifier)[] = [];
  const visit = (node: ts.Node): void => {
    ts.forEachChild(node, visit);
    if (!isNamed(node) || node.name === undefined) return;
    if (ts.isIdentifier(node.name) || ts.isPrivateIdentifier(node.name)) names.push(node.name);
  };
  visit(project.sourceFile(path));
  return evenly(names, mostInFile).flatMap((name) => {
    const texts = project.rename(path, name.getStart(), `${name.text}Renamed`);
    return texts === undefined ? [] : [candidate(subject, 'rename', `${path} ${name.text}`, texts)];
  });
}

type Named =
  | ts.VariableDeclaration
  | ts.ParameterDeclaration
  | ts.FunctionDeclaration
  | ts.MethodDeclaration
  | ts.PropertyDeclaration;

function isNamed(node: ts.Node): node is Named {
  return (
    ts.isVariableDeclaration(node) ||
    ts.isParameter(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isPropertyDeclaration(node)
  );
}

/** Parts of expressions without calls or assignments become constants, whole loops become functions where nothing leaves them. */
function extractions(subject: Subject, project: CompilerProject, path: string): readonly Candidate[] {
  const found: Candidate[] = [];
  const add = (node: ts.Node, action: RegExp, family: string): void => {
    const texts = project.refactor(path, { pos: node.getStart(), end: node.end }, 'Extract Symbol', action);
    if (texts !== undefined) found.push(candidate(subject, family, `${path} ${node.getText().slice(0, 40)}`, texts));
  };
  const visit = (node: ts.Node): void => {
    ts.forEachChild(node, visit);
    const isPlain =
      ts.isBinaryExpression(node) && !/[=(]|\+\+|--|#/.test(node.getText().replace(/[=!<>]==?|[<>]=/g, ''));
    if (isPlain && ts.findAncestor(node, ts.isArrowFunction) === undefined && isEvaluatedFirst(node))
      add(node, /^constant_scope_0$/, 'extract constant');
    if (ts.isForOfStatement(node) && !/\b(return|break|continue|this|await)\b|\] = \[/.test(node.getText()))
      add(node, /^function_scope_[1-9]$/, 'extract function');
  };
  visit(project.sourceFile(path));
  return found;
}

/** Nothing of its statement is evaluated before it that could have an effect or skip it. */
function isEvaluatedFirst(node: ts.Expression): boolean {
  const statement = ts.findAncestor(node, ts.isStatement);
  if (statement === undefined) return false;
  const isPlace = ts.isReturnStatement(statement) || ts.isIfStatement(statement) || ts.isVariableStatement(statement);
  return (
    isPlace &&
    !/[(?&|]/.test(
      statement
        .getText()
        .slice(0, node.getStart() - statement.getStart())
        .replace(/^if \(/, ''),
    )
  );
}

/** A function that only its own file knows goes to a file of its own. */
function moves(subject: Subject, project: CompilerProject, path: string): readonly Candidate[] {
  return project.sourceFile(path).statements.flatMap((statement) => {
    if (!ts.isFunctionDeclaration(statement)) return [];
    const range = { pos: statement.getStart(), end: statement.end };
    const texts = project.refactor(path, range, 'Move to a new file', /./);
    return texts === undefined ? [] : [candidate(subject, 'move', `${path} ${statement.name?.text}`, texts)];
  });
}

/** Small rewritings whose equivalence follows from the language alone. */
function rewritings(subject: Subject, source: ts.SourceFile, path: string): readonly Candidate[] {
  const found: Candidate[] = [];
  const { text } = source;
  const add = (family: string, start: number, end: number, now: string): void => {
    const changed = text.slice(0, start) + now + text.slice(end);
    found.push(
      candidate(
        subject,
        family,
        `${path}:${source.getLineAndCharacterOfPosition(start).line + 1}`,
        new Map([[path, changed]]),
      ),
    );
  };
  const visit = (node: ts.Node): void => {
    ts.forEachChild(node, visit);
    const start = node.getStart();
    if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) {
      const body = node.body.getText().replace(/^\((\{[^]*\})\)$/, '$1');
      add('arrow body', node.body.getStart(), node.body.end, `{\n    return ${body};\n  }`);
    }
    if (ts.isReturnStatement(node) && node.expression !== undefined && ts.isBlock(node.parent))
      add('introduce variable', start, node.end, `const outcome = ${node.expression.getText()};\n  return outcome;`);
    if (ts.isIfStatement(node) && node.elseStatement !== undefined && ts.isBlock(node.thenStatement))
      add(
        'invert condition',
        start,
        node.end,
        `if (!(${node.expression.getText()})) ${inBlock(node.elseStatement)} else ${node.thenStatement.getText()}`,
      );
    if (ts.isIfStatement(node) && !ts.isBlock(node.thenStatement))
      add('add braces', node.thenStatement.getStart(), node.thenStatement.end, inBlock(node.thenStatement));
    if (ts.isConditionalExpression(node))
      add(
        'invert condition',
        start,
        node.end,
        `(!(${node.condition.getText()}) ? ${node.whenFalse.getText()} : ${node.whenTrue.getText()})`,
      );
  };
  visit(source);
  source.statements.forEach((one, index, all) => {
    const next = all[index + 1];
    if (next === undefined || !ts.isFunctionDeclaration(one) || !ts.isFunctionDeclaration(next)) return;
    const now = `${next.getFullText().trim()}\n\n${one.getFullText().trim()}\n`;
    add('reorder functions', one.getFullStart(), next.end, `\n\n${now.trimEnd()}`);
  });
  return found;
}

function inBlock(statement: ts.Statement): string {
  return ts.isBlock(statement) ? statement.getText() : `{\n    ${statement.getText()}\n  }`;
}

/** Other layouts, and comments. */
async function layouts(subject: Subject, path: string): Promise<readonly Candidate[]> {
  const text = subject.files.get(path) ?? '';
  const styles: readonly Options[] = [
    { tabWidth: 4, printWidth: 60 },
    { semi: false, singleQuote: false },
    { useTabs: true, trailingComma: 'none', arrowParens: 'avoid' },
  ];
  const formatted = await Promise.all(styles.map((style) => format(text, { ...style, filepath: path })));
  const lines = text.split('\n');
  const commented = lines.map((line) =>
    /^(export )?(async )?function /.test(line) ? `// Said again in other words.\n${line}` : line,
  );
  const texts = new Set(
    [...formatted, commented.join('\n'), `// One more remark.\n${text}`].filter((now) => now !== text),
  );
  return [...texts].map((now) => candidate(subject, 'layout', path, new Map([[path, now]])));
}
