import { Linter } from 'eslint';
import { builtinRules } from 'eslint/use-at-your-own-risk';
import unicorn from 'eslint-plugin-unicorn';
import tsParser from '@typescript-eslint/parser';
import ts from 'typescript';
import { CompilerProject } from './project.ts';
import { candidate, sourcesOf, type Candidate, type Subject } from './subject.ts';

/** Changes that a careless program would make everywhere it can: each rule with a fix, each inlining, each extraction. */
export function sweepCandidates(subject: Subject): readonly Candidate[] {
  const paths = sourcesOf(subject).filter((path) => !path.endsWith('.py'));
  if (paths.length === 0) return [];
  const project = new CompilerProject(subject);
  return paths.flatMap((path) => [
    ...lintSweeps(subject, path),
    ...textSweeps(subject, path),
    ...inlineSweeps(subject, project, path),
    ...extractSweeps(subject, project, path),
  ]);
}

/** Every rule that can fix, of the linter and of its largest collection. */
function fixableRules(): readonly string[] {
  const core = [...builtinRules].filter(([, { meta }]) => meta?.fixable && !meta.deprecated).map(([name]) => name);
  const isForScripts = (languages: unknown): boolean =>
    !Array.isArray(languages) || languages.some((language) => ['*', 'js/*', 'js/js'].includes(String(language)));
  const extra = Object.entries(unicorn.rules ?? {}).filter(
    ([, rule]) => typeof rule === 'object' && rule.meta?.fixable && isForScripts(rule.meta.languages),
  );
  return [...core, ...extra.map(([name]) => `unicorn/${name}`)];
}

function lintSweeps(subject: Subject, path: string): readonly Candidate[] {
  const text = subject.files.get(path) ?? '';
  const isModule = /"type": "module"/.test(subject.files.get('package.json') ?? '');
  const linter = new Linter();
  const configOf = (rules: readonly string[]): Linter.Config => ({
    files: ['**/*'],
    plugins: { unicorn },
    rules: Object.fromEntries(rules.map((rule) => [rule, 'error' as const])),
    languageOptions: {
      sourceType: isModule ? 'module' : 'commonjs',
      ...(path.endsWith('.ts') && { parser: tsParser }),
    },
  });
  const reported = linter.verify(text, configOf(fixableRules()), { filename: path });
  const rules = [...new Set(reported.flatMap(({ ruleId, fix }) => (ruleId !== null && fix ? [ruleId] : [])))];
  return [...rules.map((rule) => [rule]), rules].flatMap((some) => {
    const now = linter.verifyAndFix(text, configOf(some), { filename: path }).output;
    const name = some.length === 1 ? some.join() : 'all rules';
    return now === text ? [] : [candidate(subject, 'rule sweep', `${path} ${name}`, new Map([[path, now]]))];
  });
}

/** Modernizations by search and replace, which know nothing of types. */
const textRules: readonly (readonly [string, RegExp, string])[] = [
  ['reverse → toReversed', /\.reverse\(/g, '.toReversed('],
  ['sort → toSorted', /\.sort\(/g, '.toSorted('],
  ['splice → toSpliced', /\.splice\(/g, '.toSpliced('],
  ['concat → spread', /\[\]\.concat\((\w+)\)/g, '[...$1]'],
  ['[...x].reverse() → x.toReversed()', /\[\.\.\.(\w+)\]\.reverse\(\)/g, '$1.toReversed()'],
  ['[...x].sort → x.toSorted', /\[\.\.\.(\w+)\]\.sort\(/g, '$1.toSorted('],
  ['[...x] → x', /\[\.\.\.(\w+)\]/g, '$1'],
  ['|| → ??', /\|\|/g, '??'],
  ['?? → ||', /\?\?(?!=)/g, '||'],
  ['=== undefined → !', /(\w+) === undefined/g, '!$1'],
  ['!== undefined → truth', /(\w+) !== undefined/g, '$1'],
  ['test by truth', /(\S+)\.length (?:>|===) 0/g, '$1.length'],
  ['replaceAll → replace', /\.replaceAll\(/g, '.replace('],
  ['global patterns → single', /\/g([uim]*)\b/g, '/$1'],
  ['slice → splice', /\.slice\(/g, '.splice('],
  ['slice → substring', /\.slice\(/g, '.substring('],
  ['charAt → at', /\.charAt\(/g, '.at('],
  ['for of → for in', /for \(const (\w+) of /g, 'for (const $1 in '],
  ['map → forEach', /\.map\(/g, '.forEach('],
  ['filter → find', /\.filter\(/g, '.find('],
  ['flatMap → map', /\.flatMap\(/g, '.map('],
  ['some → every', /\.some\(/g, '.every('],
  ['push → concat', /\.push\(/g, '.concat('],
  ['unshift → push', /\.unshift\(/g, '.push('],
  ['arrow methods', /\(([\w, ]*)\) \{\n/g, '($1) => {\n'],
  ['function → arrow', /function \w*\(([\w, ]*)\) \{/g, '($1) => {'],
  ['const → var in closures', /\b(const|let) /g, 'var '],
  ['floor → round', /Math\.floor\(/g, 'Math.round('],
  ['Number → parseInt', /\bNumber\(/g, 'parseInt('],
  ['exec → test', /(\w|\/)\.exec\(/g, '$1.test('],
  ['get → has', /\.get\(/g, '.has('],
  ['Infinity → 0', /\bInfinity\b/g, '0'],
  ['no freeze', /Object\.freeze\(this\);/g, ''],
  ['private → public', /this\.#/g, 'this.'],
  ['delete → undefined', /delete ([\w.[\]]+);/g, '$1 = undefined;'],
];

function textSweeps(subject: Subject, path: string): readonly Candidate[] {
  const text = subject.files.get(path) ?? '';
  return textRules.flatMap(([name, pattern, replacement]) => {
    const everywhere = text.replace(pattern, replacement);
    if (everywhere === text) return [];
    // Each place alone, and all of them.
    const places = [...text.matchAll(pattern)].map((match) => {
      const now = match[0].replace(new RegExp(pattern.source, pattern.flags.replace('g', '')), replacement);
      return text.slice(0, match.index) + now + text.slice(match.index + match[0].length);
    });
    const texts = new Set([...places, everywhere]);
    return [...texts].map((now) => candidate(subject, 'text sweep', `${path} ${name}`, new Map([[path, now]])));
  });
}

/** Every variable with an initialiser, inlined by text wherever its name stands; and as the compiler does it. */
function inlineSweeps(subject: Subject, project: CompilerProject, path: string): readonly Candidate[] {
  const source = project.sourceFile(path);
  const found: Candidate[] = [];
  const visit = (node: ts.Node): void => {
    ts.forEachChild(node, visit);
    if (!ts.isVariableDeclaration(node) || !ts.isIdentifier(node.name) || node.initializer === undefined) return;
    const note = `${path} inline ${node.name.text}`;
    const compiled = project.refactor(path, { pos: node.name.getStart(), end: node.name.end }, 'Inline variable', /./);
    if (compiled !== undefined) found.push(candidate(subject, 'inline sweep', note, compiled));
    const scope = ts.findAncestor(node, (one) => ts.isBlock(one) || ts.isSourceFile(one));
    if (scope === undefined || !ts.isVariableDeclarationList(node.parent) || node.parent.declarations.length > 1)
      return;
    const statement = node.parent.parent;
    if (!ts.isVariableStatement(statement)) return;
    const name = new RegExp(`(?<![.\\w])${node.name.text}(?![\\w:])`, 'g');
    const value = `(${node.initializer.getText()})`;
    const rest = source.text.slice(statement.end, scope.end).replace(name, () => value);
    const now = source.text.slice(0, statement.getStart()) + rest + source.text.slice(scope.end);
    found.push(candidate(subject, 'inline sweep', `${note} by text`, new Map([[path, now]])));
  };
  visit(source);
  return found;
}

/** Every loop, branch and expression that the compiler would extract. */
function extractSweeps(subject: Subject, project: CompilerProject, path: string): readonly Candidate[] {
  const found: Candidate[] = [];
  const visit = (node: ts.Node): void => {
    ts.forEachChild(node, visit);
    const isWhole = ts.isIterationStatement(node, false) || ts.isIfStatement(node) || ts.isSwitchStatement(node);
    if (!isWhole) return;
    const range = { pos: node.getStart(), end: node.end };
    for (const scope of [/^function_scope_0$/, /^function_scope_1$/]) {
      const texts = project.refactor(path, range, 'Extract Symbol', scope);
      if (texts !== undefined) found.push(candidate(subject, 'extract sweep', `${path} extract`, texts));
    }
  };
  visit(project.sourceFile(path));
  return found;
}
