import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'mocha';
import { createProposal } from '../../../src/edits/proposal.ts';
import { treeMutants } from '../../../src/verify/mutation/treeMutants.ts';
import type { ReferenceRun } from '../../../src/verify/stages/5-mutants/judgeMutant.ts';
import { measureSensitivity } from '../../../src/verify/stages/5-mutants/measureSensitivity.ts';
import { notSensitive } from '../../../src/verify/verdict/mutantReasons.ts';
import { plain } from '../../support/changes.ts';
import { goodEvidence } from '../../support/evidence.ts';
import { honestPythonPieces, weakPythonPieces } from '../../support/weakPieces.ts';
import { honestPython, weakPython } from '../../support/weakTreeRewrites.ts';

const path = 'src/a.py';

describe('rewritten Python and tests that run', () => {
  for (const [name, before, after, tests] of [...weakPython, ...weakPythonPieces])
    it(`${name} is in doubt where tests do not notice it`, async () => {
      assert.notDeepEqual(await doubtsOf(before, after, tests), []);
    });

  for (const [name, before, after, tests] of [...honestPython, ...honestPythonPieces])
    it(`${name} is not in doubt where tests would notice a mistake`, async () => {
      assert.deepEqual(await doubtsOf(before, after, tests), []);
    });
});

const sum = (body: string): string => `package p\n\nfunc f(xs []int) []int {\n${body}\n}\n`;

/** Rewritten functions of Go that mean something else for some inputs, and the words that tell it. */
const weakGo: readonly [string, string, string][] = [
  [
    'a slice that is sorted in place',
    sum('\tys := append([]int(nil), xs...)\n\tsort.Ints(ys)\n\treturn ys'),
    sum('\tsort.Ints(xs)\n\treturn xs'),
  ],
  [
    'a slice that is added to in place',
    sum('\tout := make([]int, len(xs))\n\tcopy(out, xs)\n\treturn append(out, 1)'),
    sum('\treturn append(xs, 1)'),
  ],
  [
    'a slice that is empty and was none',
    sum('\tvar out []int\n\tfor _, x := range xs {\n\t\tout = append(out, x)\n\t}\n\treturn out'),
    sum('\tout := make([]int, 0, len(xs))\n\tfor _, x := range xs {\n\t\tout = append(out, x)\n\t}\n\treturn out'),
  ],
  ['what comes at the end', sum('\tdefer g()\n\tx := h(xs)\n\treturn x'), sum('\ty := h(xs)\n\treturn y')],
  ['something done for others', sum('\tx := h(xs)\n\taudit(x)\n\treturn x'), sum('\treturn h(xs)')],
  [
    'an error that is wrapped no more',
    'package p\n\nfunc f(err error) error {\n\tif err != nil {\n\t\treturn fmt.Errorf("load: %w", err)\n\t}\n\treturn nil\n}\n',
    'package p\n\nfunc f(err error) error {\n\tif err == nil {\n\t\treturn nil\n\t}\n\treturn fmt.Errorf("load: %v", err)\n}\n',
  ],
];

describe('rewritten Go', () => {
  for (const [name, before, after] of weakGo)
    it(`${name} is in doubt whatever mutants are killed`, async () => {
      const places = await treeMutants('go', 'a.go', before, after);
      assert(places.some(({ isMutant, reverted }) => isMutant && reverted === undefined));
    });
});

/** What is said against a change after its mutants were run, one by one, by Python itself. */
async function doubtsOf(before: string, after: string, tests: string): Promise<readonly string[]> {
  assert.equal(runOf(before, tests).tests[0]?.outcome, 'passed', 'before');
  const reference = runOf(after, tests);
  assert.equal(reference.tests[0]?.outcome, 'passed', 'after');
  const lines = (text: string): readonly number[] => text.split('\n').map((_line, index) => index + 1);
  const places = [{ before: lines(before), after: lines(after) }];
  const file = { path, change: 'edit', role: 'code', demand: { kind: 'execution', places } } as const;
  let written = after;
  const sensitivity = await measureSensitivity(
    {
      proposal: createProposal([{ kind: 'edit', path, before: plain(before), after: plain(after) }]),
      files: [file],
      reference,
      hasBuild: false,
      budgetMs: 600_000,
      write: async (_path, content) => {
        written = content.text;
        return undefined;
      },
      runTests: async () => runOf(written, tests),
    },
    new AbortController().signal,
  );
  return notSensitive(goodEvidence({ files: [file], sensitivity }));
}

function runOf(code: string, tests: string): ReferenceRun {
  const { status, stderr } = spawnSync('python3', ['-B', '-I', '-S', '-c', `${code}\n${tests}`], { encoding: 'utf8' });
  const test = { id: 'a', outcome: status === 0 ? 'passed' : 'failed', message: stderr } as const;
  return { kind: 'finished', command: 'test', durationMs: 1, tests: [test] };
}
