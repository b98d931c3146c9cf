import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { createProposal, type FileChange } from '../../../src/edits/proposal.ts';
import type { ReferenceRun } from '../../../src/verify/stages/5-mutants/judgeMutant.ts';
import { measureSensitivity } from '../../../src/verify/stages/5-mutants/measureSensitivity.ts';
import type { MutatedPlace } from '../../../src/workspace/evidence.ts';

const helper = 'function twice(x) {\n  const doubled = x * 2;\n  return doubled;\n}\n';
const user = 'export function f(x) {\n  return twice(x) + 1;\n}\n';
const imported = `import { twice } from './twice.js';\n${user}`;

describe('places of code that goes to another file', () => {
  it('are where it is fetched from, not what it is made of', async () => {
    const places = await placesOf(helper);
    assert.deepEqual(
      places.map(({ path, line, unnoticed }) => [path, line, unnoticed]),
      [['src/a.js', 1, undefined]],
    );
  });

  it('are what changed on the way', async () => {
    const places = await placesOf(helper.replace('2', '3'));
    assert.ok(
      places.some(({ path, line }) => path === 'src/twice.js' && line === 2),
      JSON.stringify(places),
    );
  });
});

/** Tests that kill everything. */
async function placesOf(moved: string): Promise<readonly MutatedPlace[]> {
  const text = (content: string) => ({ text: content, hasBom: false });
  const changes: readonly FileChange[] = [
    { kind: 'edit', path: 'src/a.js', before: text(`${helper}\n${user}`), after: text(imported) },
    { kind: 'create', path: 'src/twice.js', after: text(`export ${moved}`) },
  ];
  const lines = [1, 2, 3, 4, 5];
  const demand = { kind: 'execution', places: [{ before: lines, after: lines }] } as const;
  const run = (outcome: 'passed' | 'failed'): ReferenceRun => {
    return { kind: 'finished', command: 'test', durationMs: 1, tests: [{ id: 'a', outcome }] };
  };
  const sensitivity = await measureSensitivity(
    {
      proposal: createProposal(changes),
      files: changes.map(({ path }) => ({ path, change: 'edit', role: 'code', demand })),
      reference: run('passed'),
      hasBuild: false,
      budgetMs: 60_000,
      write: async () => undefined,
      runTests: async () => run('failed'),
    },
    new AbortController().signal,
  );
  return sensitivity.kind === 'measured' ? sensitivity.places : [];
}
