import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, it } from 'mocha';
import ts from 'typescript';

const root = resolve(import.meta.dirname, '../../src');

/** Folder → folders that it may import. A folder may always import itself. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  util: [],
  redaction: ['util'],
  edits: ['util'],
  workspace: ['util', 'edits'],
  responses: ['util'],
  agent: ['util', 'redaction', 'edits', 'workspace', 'responses'],
  tools: ['util', 'edits', 'workspace', 'agent'],
  disk: ['util', 'redaction', 'edits', 'workspace'],
  sandbox: ['util', 'workspace'],
  runners: ['util', 'edits', 'workspace'],
  languages: ['util', 'edits', 'workspace', 'sandbox', 'runners'],
  verify: ['util', 'redaction', 'edits', 'workspace', 'disk', 'sandbox', 'runners', 'languages'],
  apply: ['util', 'edits', 'workspace', 'disk'],
  engine: ['util', 'edits', 'responses', 'runners'],
  chat: ['util', 'edits', 'agent'],
  webview: ['util', 'chat'],
  node: [
    ...[
      'util',
      'redaction',
      'edits',
      'workspace',
      'responses',
      'agent',
      'tools',
      'disk',
      'runners',
      'verify',
      'apply',
      'engine',
      'chat',
    ],
  ],
  vscode: [
    ...[
      'util',
      'redaction',
      'edits',
      'workspace',
      'responses',
      'agent',
      'tools',
      'disk',
      'runners',
      'verify',
      'apply',
      'engine',
      'chat',
    ],
  ],
};

/** Folders that import each other still. None is added. */
const mutual = ['engine/planner → engine/planner/tests'];

interface Import {
  readonly file: string;
  readonly specifier: string;
  readonly isTypeOnly: boolean;
}

const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.ts'));
const imports = files.flatMap(importsOf);

describe('import table', () => {
  it('sees the source', () => assert.ok(files.length > 10));

  it('every folder imports only what the table allows', () => {
    const offences = imports.filter(({ file, specifier }) => {
      const target = folderOf(file, specifier);
      const own = file.split('/')[0] ?? '';
      return target !== undefined && target !== own && !(mayImport[own] ?? []).includes(target);
    });
    assert.deepEqual(offences.map(print), []);
  });

  it('no two folders import each other', () => {
    const ways = new Set(
      imports.flatMap(({ file, specifier }) => {
        if (!specifier.startsWith('.')) return [];
        const [from, to] = [dirname(file), dirname(join(dirname(file), specifier)).replaceAll('\\', '/')];
        return from === to ? [] : [`${from} → ${to}`];
      }),
    );
    const pairs = [...ways].filter((way) => {
      const [from = '', to = ''] = way.split(' → ');
      return from < to && ways.has(`${to} → ${from}`);
    });
    assert.deepEqual(pairs.sort(), mutual);
  });

  it("only src/vscode names 'vscode', type imports included", () => {
    const offences = imports.filter(({ file, specifier }) => specifier === 'vscode' && !file.startsWith('vscode/'));
    assert.deepEqual(offences.map(print), []);
  });

  it("only the WebSocket transport and the embedded server import 'ws'", () => {
    const allowed = ['responses/webSocketTransport.ts', 'engine/server/'];
    const offences = imports.filter(
      ({ file, specifier }) => specifier === 'ws' && !allowed.some((prefix) => file.startsWith(prefix)),
    );
    assert.deepEqual(offences.map(print), []);
  });

  it('the engine takes only the wire from responses', () => {
    const wire = ['items.ts', 'wire.ts'];
    const offences = imports.filter(
      ({ file, specifier }) =>
        file.startsWith('engine/') &&
        folderOf(file, specifier) === 'responses' &&
        !wire.some((name) => specifier.endsWith(`/${name}`)),
    );
    assert.deepEqual(offences.map(print), []);
  });

  it('node built-ins carry node:', () => {
    const bare = /^(fs|path|os|child_process|crypto|http|https|net|url|util|events|stream|timers|worker_threads)(\/|$)/;
    assert.deepEqual(imports.filter(({ specifier }) => bare.test(specifier)).map(print), []);
  });

  it('programs are started in one place, and those that run code of a project by the sandbox', () => {
    const starts = imports.filter(({ specifier }) => specifier === 'node:child_process').map(({ file }) => file);
    assert.deepEqual(starts.sort(), ['engine/launcher.ts', 'util/runProcess.ts']);
    const runs = imports.filter(({ specifier, isTypeOnly }) => specifier.endsWith('/runProcess.ts') && !isTypeOnly);
    // Git and ripgrep, which run nothing of a project.
    const own = ['disk/ripgrepSearch.ts', 'node/gitChanges.ts'];
    const others = runs.filter(({ file }) => !file.startsWith('sandbox/') && !own.includes(file));
    assert.deepEqual(others.map(print), []);
  });

  it('edits is pure: no file system, no processes, no network', () => {
    const impure = /^node:(fs|child_process|http|https|net|worker_threads)/;
    assert.deepEqual(
      imports.filter(({ file, specifier }) => file.startsWith('edits/') && impure.test(specifier)).map(print),
      [],
    );
  });

  it('has no cycles between files', () => assert.deepEqual(findCycles(), []));
});

function importsOf(file: string): Import[] {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) {
      const isTypeOnly = ts.isImportDeclaration(node) && node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
      found.push({ file, specifier, isTypeOnly });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function specifierOf(node: ts.Node): string | undefined {
  if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier)
    return ts.isStringLiteral(node.moduleSpecifier) ? node.moduleSpecifier.text : undefined;
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal))
    return node.argument.literal.text;
  if (ts.isCallExpression(node)) {
    const [argument] = node.arguments;
    const isImport = node.expression.kind === ts.SyntaxKind.ImportKeyword || node.expression.getText() === 'require';
    if (isImport && argument && ts.isStringLiteral(argument)) return argument.text;
  }
  return undefined;
}

function targetOf(file: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  return relative(root, resolve(root, dirname(file), specifier)).replaceAll('\\', '/');
}

function folderOf(file: string, specifier: string): string | undefined {
  return targetOf(file, specifier)?.split('/')[0];
}

function findCycles(): string[] {
  const edges = new Map<string, string[]>();
  for (const { file, specifier } of imports) {
    const target = targetOf(file, specifier);
    if (target !== undefined) edges.set(file, [...(edges.get(file) ?? []), target]);
  }
  const state = new Map<string, 'open' | 'done'>();
  const cycles: string[] = [];
  const visit = (file: string, trail: readonly string[]): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      cycles.push([...trail.slice(trail.indexOf(file)), file].join(' → '));
      return;
    }
    state.set(file, 'open');
    for (const target of edges.get(file) ?? []) visit(target, [...trail, file]);
    state.set(file, 'done');
  };
  for (const file of files) visit(file, []);
  return cycles;
}

function print({ file, specifier }: Import): string {
  return `${file} → ${specifier}`;
}
