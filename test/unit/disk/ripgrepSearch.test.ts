import { strict as assert } from 'node:assert';
import { chmodSync, symlinkSync } from 'node:fs';
import { rgPath } from '@vscode/ripgrep';
import fc from 'fast-check';
import { afterEach, describe, it } from 'mocha';
import { parseRipgrepLine } from '../../../src/disk/ripgrepEvents.ts';
import { RipgrepSearch } from '../../../src/disk/ripgrepSearch.ts';
import { isAbortError } from '../../../src/util/abort.ts';
import type { SearchOutcome, SearchQuery } from '../../../src/workspace/search.ts';
import { TempTree } from '../../support/tempTree.ts';

const signal = new AbortController().signal;
const trees: TempTree[] = [];
const tree = (files: Readonly<Record<string, string>>): TempTree => {
  const made = new TempTree(files);
  trees.push(made);
  return made;
};
const base: SearchQuery = { pattern: 'x', isRegExp: false, isCaseSensitive: true, include: undefined, limit: 100 };
const search = (root: string, query: Partial<SearchQuery>): Promise<SearchOutcome> =>
  new RipgrepSearch({ root, program: rgPath }).search({ ...base, ...query }, signal);
const found = async (root: string, query: Partial<SearchQuery>): Promise<readonly string[]> => {
  const outcome = await search(root, query);
  assert.equal(outcome.kind, 'matches', JSON.stringify(outcome));
  return outcome.kind === 'matches' ? outcome.matches.map(({ path, line, text }) => `${path}:${line}:${text}`) : [];
};

afterEach(() => {
  for (const made of trees.splice(0)) made.dispose();
});

describe('ripgrep search', () => {
  it('finds literal text and regular expressions, sorted, with one-based lines without their ends', async () => {
    const { root } = tree({ 'b.js': 'one\r\nfoo(1)\r\n', 'a.js': 'foo(1)\nFOO(2)\n', 'a/z.js': 'foo.1.\n' });
    assert.deepEqual(await found(root, { pattern: 'foo(1)' }), ['a.js:1:foo(1)', 'b.js:2:foo(1)']);
    assert.deepEqual(await found(root, { pattern: 'foo.1.$', isRegExp: true }), [
      'a/z.js:1:foo.1.',
      'a.js:1:foo(1)',
      'b.js:2:foo(1)',
    ]);
    assert.deepEqual(await found(root, { pattern: 'foo(2)', isCaseSensitive: false }), ['a.js:2:FOO(2)']);
    assert.deepEqual(await found(root, { pattern: 'nowhere' }), []);
  });

  it('takes a pattern that looks like an option, a path or a shell line as text', async () => {
    const texts = ['--files', '-e', '--', '$(touch hacked)', '; touch hacked', '`id`', '../..', '*', '"', "'"];
    const made = tree({ 'a.txt': texts.join('\n') });
    for (const [index, pattern] of texts.entries())
      assert.ok((await found(made.root, { pattern })).includes(`a.txt:${index + 1}:${pattern}`), pattern);
    assert.deepEqual(made.snapshot().length, 1);
  });

  it('leaves out ignored files, secrets and links, whatever the include glob', async () => {
    const outside = tree({ 'x.js': 'needle\n' });
    const made = tree({
      '.gitignore': 'gen.js\ndist/\n',
      'a.js': 'needle\n',
      'gen.js': 'needle\n',
      'dist/b.js': 'needle\n',
      '.env': 'needle\n',
      '.env.local': 'needle\n',
      'Prod.PEM': 'needle\n',
      'sub/credentials.json': 'needle\n',
      'sub/.npmrc': 'needle\n',
      '.github/a.yml': 'needle\n',
      'node_modules/m/index.js': 'needle\n',
      '.git/config': 'needle\n',
    });
    symlinkSync(outside.root, made.path('out'));
    for (const include of [undefined, '**', '*', '**/*', '.env*', 'gen.js', '{*.js,.env,*.json,*.PEM}', '!nothing'])
      for (const match of await found(made.root, { pattern: 'needle', include }))
        assert.match(match, /^(a\.js|\.github\/a\.yml):1:needle$/, include);
    assert.deepEqual(await found(made.root, { pattern: 'needle' }), ['.github/a.yml:1:needle', 'a.js:1:needle']);
    assert.deepEqual(await found(made.root, { pattern: 'needle', include: '*.js' }), ['a.js:1:needle']);
  });

  it('obeys include globs at any depth and anchored', async () => {
    const { root } = tree({ 'src/a.ts': 'x', 'src/b/c.ts': 'x', 'lib/a.ts': 'x', 'src/a.js': 'x' });
    assert.deepEqual(await found(root, { include: '*.ts' }), ['lib/a.ts:1:x', 'src/a.ts:1:x', 'src/b/c.ts:1:x']);
    assert.deepEqual(await found(root, { include: 'src/**/*.ts' }), ['src/a.ts:1:x', 'src/b/c.ts:1:x']);
    assert.deepEqual(await found(root, { include: './src/*.js' }), ['src/a.js:1:x']);
  });

  it('stops at the limit and says so', async () => {
    const { root } = tree({ 'a.js': 'x\n'.repeat(50), 'b.js': 'x\n'.repeat(20_000) });
    for (const [limit, isCut] of [
      [10, true],
      [50, true],
      [100_000, false],
    ] as const) {
      const outcome = await search(root, { limit });
      assert.ok(outcome.kind === 'matches' && outcome.isCut === isCut, String(limit));
      assert.equal(outcome.kind === 'matches' && outcome.matches.length, Math.min(limit, 20_050));
    }
    const exact = await search(root, { limit: 50, include: 'a.js' });
    assert.ok(exact.kind === 'matches' && !exact.isCut && exact.matches.length === 50);
  });

  it('shows the part of a long line where the match is', async () => {
    const { root } = tree({
      'min.js': `${'é'.repeat(5_000)}needle${'a'.repeat(5_000)}\n`,
      'b.js': `needle${'b'.repeat(900)}`,
    });
    const [first, second] = await found(root, { pattern: 'needle' });
    assert.match(first ?? '', /^b\.js:1:needleb+$/);
    assert.match(second ?? '', /needle/);
    for (const line of [first ?? '', second ?? '']) assert.ok(line.length <= 300 + 'min.js:1:'.length);
  });

  it('tells a wrong pattern or glob from a program that is not there', async () => {
    const { root } = tree({ 'a.js': 'x' });
    for (const query of [
      { pattern: '(', isRegExp: true },
      { pattern: 'a{2', isRegExp: true, include: '*.js' },
      { pattern: 'x', include: '{' },
      { pattern: '' },
      { pattern: 'a\nb' },
      { pattern: 'a\0b' },
      { pattern: 'x'.repeat(1_001) },
    ])
      assert.equal((await search(root, query)).kind, 'invalidPattern', JSON.stringify(query));
    const absent = new RipgrepSearch({ root, program: `${root}/no-such-program` });
    assert.equal((await absent.search(base, signal)).kind, 'unavailable');
    assert.equal((await search(`${root}/gone`, {})).kind, 'unavailable');
  });

  it('rejects when cancelled, and says when it took too long', async () => {
    const { root } = tree({ 'a.js': 'x' });
    const controller = new AbortController();
    const running = new RipgrepSearch({ root, program: rgPath }).search(base, controller.signal);
    controller.abort();
    await assert.rejects(running, isAbortError);
    // A program that never ends by itself, in place of ripgrep on an endless tree.
    const made = tree({ 'forever.sh': '#!/bin/sh\nexec sleep 1000\n' });
    chmodSync(made.path('forever.sh'), 0o755);
    const slow = new RipgrepSearch({ root, program: made.path('forever.sh'), timeoutMs: 50 });
    assert.equal((await slow.search(base, signal)).kind, 'unavailable');
  });

  it('reads any line of output without error', () => {
    fc.assert(fc.property(fc.string(), (line) => assert.equal(parseRipgrepLine(line), undefined)));
    fc.assert(
      fc.property(fc.jsonValue(), (data) => void parseRipgrepLine(`{"type":"match","data":${JSON.stringify(data)}}`)),
    );
    assert.equal(parseRipgrepLine('{"type":"match","data":{"path":{"bytes":"/w=="}}}'), undefined);
  });
});
