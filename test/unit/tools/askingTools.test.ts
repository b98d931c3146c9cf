import { strict as assert } from 'node:assert';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { maxResultBytes, type Tool, type ToolResult } from '../../../src/agent/tool.ts';
import { DiskDocuments } from '../../../src/disk/diskDocuments.ts';
import { Draft } from '../../../src/edits/draft.ts';
import { createProposal } from '../../../src/edits/proposal.ts';
import { createGetDiagnostics } from '../../../src/tools/getDiagnostics.ts';
import { createOutline } from '../../../src/tools/outline.ts';
import { createSearchText } from '../../../src/tools/searchText.ts';
import type { Diagnostic, LanguageFeatures, OutlineSymbol } from '../../../src/workspace/language.ts';
import type { SearchMatch, SearchOutcome, SearchQuery } from '../../../src/workspace/search.ts';
import { TemporaryFolder } from '../../support/temporaryFolder.ts';

const { signal } = new AbortController();

async function call(tool: Tool, args: unknown): Promise<ToolResult> {
  const prepared = tool.prepare(args);
  return prepared.ok ? prepared.execute(signal) : { isError: true, output: prepared.message, summary: 'not prepared' };
}

function stage(draft: Draft, path: string): void {
  const before = { text: 'old', hasBom: false };
  draft.set(createProposal([{ kind: 'edit', path, before, after: { text: 'staged', hasBom: false } }]));
}

describe('search_text', () => {
  const queries: SearchQuery[] = [];
  let outcome: SearchOutcome;
  let draft: Draft;
  let tool: Tool;

  beforeEach(() => {
    queries.length = 0;
    outcome = { kind: 'matches', matches: [], isCut: false };
    draft = new Draft();
    const search = async (query: SearchQuery): Promise<SearchOutcome> => {
      queries.push(query);
      return outcome;
    };
    tool = createSearchText({ search }, draft);
  });

  it('asks for plain text, case-sensitively, unless told otherwise', async () => {
    await call(tool, { pattern: 'a.b' });
    await call(tool, { pattern: 'a.b', regex: true, include: 'src/**' });
    assert.deepEqual(
      queries.map(({ isRegExp, isCaseSensitive, include }) => [isRegExp, isCaseSensitive, include]),
      [
        [false, true, undefined],
        [true, true, 'src/**'],
      ],
    );
  });

  it('prints matches, none, and what was cut', async () => {
    assert.equal((await call(tool, { pattern: 'x' })).output, '[no matches]');
    outcome = { kind: 'matches', matches: [{ path: 'a.js', line: 3, text: '  x = 1;\r\n' }], isCut: true };
    const { output, summary } = await call(tool, { pattern: 'x' });
    assert.equal(output, 'a.js:3:   x = 1;\n[cut: more than 1 matches]');
    assert.equal(summary, '1+ match');
  });

  it('stays in bounds', async () => {
    const matches = Array.from({ length: 200 }, (_one, line): SearchMatch => ({
      path: 'a',
      line,
      text: '€'.repeat(300),
    }));
    outcome = { kind: 'matches', matches, isCut: false };
    const { output } = await call(tool, { pattern: 'x' });
    assert.ok(Buffer.byteLength(output) <= maxResultBytes);
    assert.match(output, /\n\[cut: more than \d+ matches\]$/);
  });

  it('says that staged text was not searched', async () => {
    stage(draft, 'a.js');
    assert.equal((await call(tool, { pattern: 'x' })).output, '[no matches]\n[not searched: staged changes of a.js]');
  });

  it('says what is wrong', async () => {
    outcome = { kind: 'invalidPattern', detail: 'unclosed group' };
    assert.match((await call(tool, { pattern: '(' })).output, /not a valid regular expression: unclosed group/);
    outcome = { kind: 'unavailable', detail: 'no ripgrep' };
    assert.match((await call(tool, { pattern: '(' })).output, /not available: no ripgrep/);
    assert.match((await call(tool, { pattern: '' })).output, /pattern must be at least 1 long, got ""/);
    assert.match((await call(tool, { pattern: 'x', regex: 'yes' })).output, /regex must be a boolean, got "yes"/);
  });
});

describe('tools that ask the language', () => {
  let folder = new TemporaryFolder();
  let draft = new Draft();
  let symbols: readonly OutlineSymbol[] | undefined;
  let outlined = '';
  let diagnostics: Awaited<ReturnType<LanguageFeatures['diagnostics']>>;
  let asked: readonly string[] = [];
  let outline: Tool;
  let getDiagnostics: Tool;

  const language: LanguageFeatures = {
    async outline(_path, text) {
      outlined = text;
      return symbols;
    },
    async diagnostics(paths) {
      asked = paths;
      return diagnostics;
    },
  };

  beforeEach(() => {
    folder = new TemporaryFolder();
    folder.write('a.js', 'old');
    draft = new Draft();
    symbols = [];
    diagnostics = { kind: 'diagnostics', diagnostics: [] };
    outline = createOutline({ documents: new DiskDocuments({ root: folder.path }), draft, language });
    getDiagnostics = createGetDiagnostics(language, draft);
  });

  afterEach(() => folder.dispose());

  function symbol(name: string, from: number, to: number, children: readonly OutlineSymbol[] = []): OutlineSymbol {
    const range = { start: { line: from, character: 0 }, end: { line: to, character: 1 } };
    return { name, kind: 'function', range, children };
  }

  it('outline nests by two spaces and counts lines from one', async () => {
    symbols = [symbol('a', 0, 9, [symbol('b', 1, 2)]), symbol('odd\n name', 10, 10)];
    const { output, summary } = await call(outline, { path: 'a.js' });
    assert.equal(output, 'function a 1-10\n  function b 2-3\nfunction odd name 11-11');
    assert.equal(summary, 'a.js, 3 symbols');
  });

  it('outline does not count a line that the symbol does not reach into', async () => {
    const range = { start: { line: 0, character: 0 }, end: { line: 3, character: 0 } };
    symbols = [{ name: 'a', kind: 'class', range, children: [] }];
    assert.equal((await call(outline, { path: 'a.js' })).output, 'class a 1-3');
  });

  it('outline looks at the staged text', async () => {
    stage(draft, 'a.js');
    assert.equal((await call(outline, { path: 'a.js' })).output, '[no symbols]');
    assert.equal(outlined, 'staged');
  });

  it('outline says when it cannot', async () => {
    symbols = undefined;
    assert.match((await call(outline, { path: 'a.js' })).output, /Nothing here can outline a\.js/);
    assert.match((await call(outline, { path: 'b.js' })).output, /b\.js does not exist/);
    symbols = Array.from({ length: 3000 }, (_one, line) => symbol('n'.repeat(50), line, line));
    assert.match((await call(outline, { path: 'a.js' })).output, /\n\[cut: \d+ of 3000 symbols\]$/);
  });

  it('get_diagnostics prints one line each, in order of place', async () => {
    const at = (path: string, line: number): Diagnostic => {
      const start = { line, character: 4 };
      const common = { path, range: { start, end: start }, source: 'ts' };
      return { ...common, severity: 'error', code: 'TS1', message: 'no\n  good' };
    };
    diagnostics = { kind: 'diagnostics', diagnostics: [at('b.js', 1), at('a.js', 11), { ...at('a.js', 2), code: '' }] };
    const { output } = await call(getDiagnostics, { paths: ['./a.js', 'a.js', 'b.js'] });
    assert.equal(output, 'a.js:3:5 error no good\na.js:12:5 error TS1 no good\nb.js:2:5 error TS1 no good');
    assert.deepEqual(asked, ['a.js', 'b.js']);
  });

  it('get_diagnostics says when there are none, when it cannot tell, and what it leaves out', async () => {
    assert.equal((await call(getDiagnostics, { paths: ['a.js'] })).output, '[no diagnostics]');
    stage(draft, 'a.js');
    assert.match(
      (await call(getDiagnostics, { paths: ['a.js'] })).output,
      /\n\[staged changes are not included: a\.js\]$/,
    );
    diagnostics = { kind: 'unavailable', reason: 'no tsconfig.' };
    const unavailable = await call(getDiagnostics, { paths: ['a.js'] });
    assert.deepEqual([unavailable.isError, unavailable.output], [true, 'No diagnostics: no tsconfig.']);
    assert.match((await call(getDiagnostics, { paths: [] })).output, /paths must be at least 1 long/);
    assert.match((await call(getDiagnostics, { paths: ['a', 5] })).output, /paths\.1 must be a string, got 5/);
    assert.match((await call(getDiagnostics, { paths: ['../a'] })).output, /not a path inside/);
  });
});
