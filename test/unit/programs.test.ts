import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, resolve } from 'node:path';
import { describe, it } from 'mocha';
import ts from 'typescript';
import { pytestPluginName } from '../../src/runners/programs/programs.ts';
import { midwayMark } from '../../src/runners/reports/junitXml.ts';
import { bailedEnding, bailVariable } from '../../src/runners/reports/nodeTestEvents.ts';
import { withoutOption } from '../../src/runners/reports/unittestEvents.ts';
import { followedName } from '../../src/verify/coverage/probes.ts';
import { hasPython } from '../support/hasPython.ts';

const root = resolve(import.meta.dirname, '../..');
const all = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).map((name) =>
  posix.join('src', name.replaceAll('\\', '/')),
);
const programs = all.filter((name) => /\.(py|cjs|mjs)$/.test(name)).sort();
const sources = all.filter((name) => name.endsWith('.ts') && !name.startsWith('src/webview/'));

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

describe('programs for other interpreters', () => {
  it('lie in folders of that name, and each of them is used', () => {
    const importers = sources.filter((name) => name !== 'src/util/programText.ts');
    const used = importers.flatMap((source) =>
      [...read(source).matchAll(/\bprogramText\('([^']+)', import\.meta\.url\)/g)].map(([, name = '']) =>
        posix.join(dirname(source), name),
      ),
    );
    assert.deepEqual([...new Set(used)].sort(), programs);
    assert.deepEqual(
      programs.filter((name) => !/\/programs\/\w+\.(py|cjs|mjs)$/.test(name)),
      [],
    );
  });

  it('are no string in a source', () => {
    const found = sources.flatMap((source) =>
      longTexts(source).flatMap(([line, text]) => (isProgram(text) ? [`${source}:${line}`] : [])),
    );
    assert.deepEqual(found, []);
    // What this would find, if it were there.
    const missed = programs.filter((name) => !isProgram(read(name)));
    assert.deepEqual(missed, []);
  });

  it('stand in the bundles as they are', () => {
    for (const bundle of ['cliMain.cjs', 'verifier.cjs', 'engine.cjs']) {
      const built = read(`dist/${bundle}`);
      const own = programs.filter((name) => name.startsWith('src/engine/') === (bundle === 'engine.cjs'));
      const lacking = own.filter((name) => !writings(read(name)).some((text) => built.includes(text)));
      assert.deepEqual(lacking, [], `${bundle}: is everything built (npm run build)?`);
    }
  });

  it('use the words that their readers expect', () => {
    const table: readonly (readonly [program: string, word: string])[] = [
      ['nodeTestReporter.mjs', `process.env.${bailVariable} === '1'`],
      ['nodeTestReporter.mjs', `destination + '${bailedEnding}'`],
      ['unittestReporter.py', `startswith('${withoutOption}')`],
      ['unittestReporter.py', `len('${withoutOption}')`],
      ['pytestPlugin.py', `('${midwayMark}', call.when)`],
      ['pythonProbe.py', `os.path.join(_here, '${followedName}')`],
      ['pythonProbe.py', `os.environ.get('PYTEST_PLUGINS'), '${pytestPluginName}'`],
    ];
    for (const [program, word] of table) {
      const path = programs.find((name) => name.endsWith(`/${program}`)) ?? assert.fail(program);
      assert.ok(read(path).includes(word), `${program} lacks ${word}`);
    }
  });

  it('can be read by Python', function () {
    if (!hasPython('ast')) return this.skip();
    this.timeout(60_000);
    const python = programs.filter((name) => name.endsWith('.py'));
    assert.ok(python.length >= 8);
    const check = 'import ast, sys\nfor path in sys.argv[1:]: ast.parse(open(path, encoding="utf-8").read(), path)';
    const { status, stderr } = spawnSync('python3', ['-c', check, ...python], { cwd: root, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  });
});

/** How a bundler may write a text. */
function writings(text: string): readonly string[] {
  return [`\`${text.replaceAll(/[\\`]|\$\{/g, String.raw`\$&`)}\``, JSON.stringify(text)];
}

/** Texts of several lines in a source, each with the line where it begins; what is filled in is left out. */
function longTexts(path: string): readonly (readonly [line: number, text: string])[] {
  const source = ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true);
  const found: [number, string][] = [];
  const visit = (node: ts.Node): void => {
    const text = textOf(node);
    if (text !== undefined && text.split('\n').length > 3)
      found.push([source.getLineAndCharacterOfPosition(node.getStart()).line + 1, text]);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('_');
}

/** Statements that stand in every program of these languages that does something, and in no prose. */
function isProgram(text: string): boolean {
  return /^\s*(?:import [\w{*].*(?:from ['"]|$)|(?:const|let|var) [\w{[].* = .|(?:async )?def \w+\(|module\.exports\b|export (?:default|const|function)\b|function \w+\(|return [\w(].*;$)/m.test(
    text,
  );
}
