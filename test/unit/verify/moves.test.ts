import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { createProposal, type FileChange } from '../../../src/edits/proposal.ts';
import { changedTexts } from '../../../src/languages/texts/changedText.ts';
import { obligationsOf } from '../../../src/verify/checks/proofObligations.ts';
import { loadParsers } from '../../../src/languages/facts.ts';
import { inspect } from '../../../src/verify/checks/inspect.ts';
import type { ChangedFile, Check } from '../../../src/workspace/evidence.ts';
import { edit, plain } from '../../support/changes.ts';

const { signal } = new AbortController();

function move(from: string, path: string, text: string): FileChange {
  return { kind: 'move', from, path, before: plain(text), after: plain(text) };
}

async function obligations(...changes: FileChange[]): Promise<readonly ChangedFile['demand'][]> {
  const texts = changedTexts(createProposal(changes));
  return obligationsOf(texts, await loadParsers(texts, signal)).map(({ demand }) => demand);
}

describe('what only moved', () => {
  it('is not code whose state is another one now, though both are declared with the same words', async () => {
    const cache = 'const cache = new Map();\n';
    const reset = 'export function reset() {\n  cache.clear();\n}\n';
    const size = 'export function size() {\n  return cache.size;\n}\n';
    const all = await obligations(
      edit('a.ts', `${cache}${size}${reset}`, `${cache}${size}export { reset } from './b';\n`),
      edit('b.ts', `${cache}${size}`, `${cache}${reset}${size}`),
    );
    assert.deepEqual(
      all.map(({ kind }) => kind),
      ['execution', 'execution'],
    );
  });

  it('is not a module that is loaded in another turn', async () => {
    const use = 'export function g() {\n  return mode;\n}\n';
    const [setUp, mode] = ["import './setup';\n", "import { mode } from './b';\n"];
    const types = "import type { T } from './t';\n";
    const kindOf = async (before: string, after: string): Promise<string | undefined> =>
      (await obligations(edit('a.ts', `${before}${use}`, `${after}${use}`)))[0]?.kind;
    assert.equal(await kindOf(`${setUp}${mode}`, `${mode}${setUp}`), 'unprovable');
    assert.equal(await kindOf(`${types}${mode}`, `${mode}${types}`), 'none');
  });

  it('must be loaded from its new path by the tests, if it runs', async () => {
    const code = 'export function f(a: number) {\n  return a + 1;\n}\n';
    const types = 'export interface A {\n  b: string;\n}\n';
    assert.deepEqual(
      (await obligations(move('x/p.ts', 'y/p.ts', code), move('x/t.ts', 'y/t.ts', types))).map(
        (demand) => demand.kind === 'resolution' && demand.isMoved === true,
      ),
      [true, false],
    );
  });

  it('is a doubt where a manifest names its path', async () => {
    const api = async (manifest: string, change: FileChange): Promise<Check['kind']> => {
      const readText = (path: string): string | undefined => (path === 'p/package.json' ? manifest : undefined);
      const options = { allowsTestEdits: true, readText };
      const { checks } = await inspect(createProposal([change]), { goal: 'Move', focus: [] }, options, signal);
      return checks.api.kind;
    };
    const moved = move('p/src/cli.ts', 'p/src/bin/cli.ts', 'export function f(a: number) {\n  return a + 1;\n}\n');
    assert.equal(await api('{ "exports": { "./cli": "./dist/cli.js" } }', moved), 'doubtful');
    assert.equal(await api('{ "scripts": { "start": "node src/cli.ts --watch" } }', moved), 'doubtful');
    assert.equal(await api('{ "main": "dist/index.js" }', moved), 'passed');
  });
});
