import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import type { FileMutant } from '../../../src/verify/mutation/changes/fileMutant.ts';
import type { ReferenceRun } from '../../../src/verify/stages/5-mutants/judgeMutant.ts';
import { allTests, tryMutant, type MutantTrial } from '../../../src/verify/stages/5-mutants/tryMutant.ts';
import type { TestCaseResult, TestRun } from '../../../src/workspace/verification.ts';

const crashed: TestRun = { kind: 'crashed', command: '', exitCode: 1, outputTail: 'unknown option --bail' };

function finished(...tests: readonly (readonly [TestCaseResult['outcome'], string?])[]): ReferenceRun {
  const named = tests.map(([outcome, message], index) => {
    return { id: `t${index}`, outcome, ...(message !== undefined && { message }) };
  });
  return { kind: 'finished', command: '', durationMs: 1, tests: named };
}

/** Which runs one mutant takes, and what comes of it: `bail` gives what a run that bails shows, `full` what all tests do. */
async function shown(
  path: string,
  reference: ReferenceRun,
  { bail, full, ...more }: Partial<MutantTrial> & { readonly bail: TestRun; readonly full: TestRun },
): Promise<readonly unknown[]> {
  const runs: string[] = [];
  const trial: MutantTrial = {
    reference,
    hasBuild: false,
    write: async () => undefined,
    runTests: async (_limit, _signal, isBailing) => {
      runs.push(isBailing === true ? 'bail' : 'full');
      return isBailing === true ? bail : full;
    },
    ...more,
  };
  const mutant: FileMutant = { path, line: 1, start: 0, end: 1, replacement: 'b', mutator: 'Name', functionLine: 1 };
  const limits = { left: 60_000, signal: new AbortController().signal };
  const { kind } = await tryMutant(trial, allTests(trial), mutant, { text: 'a', hasBom: false }, limits);
  return [kind, ...runs];
}

describe('a mutant that is shown to tests', () => {
  const green = finished(['passed'], ['passed']);
  const killed = finished(['failed', 'AssertionError: no']);

  it('takes a run until the first test fails', async () => {
    assert.deepEqual(await shown('a.js', green, { bail: killed, full: green }), ['killed', 'bail']);
    assert.deepEqual(await shown('a.js', green, { bail: green, full: green }), ['survived', 'bail']);
  });

  it('is shown to all where some fail anyhow, or each is asked for', async () => {
    const mixed = finished(['failed'], ['passed']);
    const lost = finished(['failed'], ['failed']);
    assert.deepEqual(await shown('a.js', mixed, { bail: mixed, full: lost }), ['killed', 'full']);
    assert.deepEqual(await shown('a.js', green, { bail: killed, full: killed, isInFull: true }), ['killed', 'full']);
  });

  it('is shown to all once more where the failing test is no witness', async () => {
    const error = finished(['failed', 'TypeError: unsupported operand']);
    const both = finished(['failed', 'TypeError: unsupported operand'], ['failed', 'AssertionError: no']);
    assert.deepEqual(await shown('a.py', green, { bail: error, full: both }), ['killed', 'bail', 'full']);
    assert.deepEqual(await shown('a.py', green, { bail: error, full: error }), ['invalid', 'bail', 'full']);
    const engine = finished(['failed', 'TypeError: x.map is not a function']);
    const met = finished(['failed', 'TypeError: x.map is not a function'], ['failed', 'AssertionError: no']);
    assert.deepEqual(await shown('a.js', green, { bail: engine, full: met }), ['killed', 'bail', 'full']);
    const compiler = finished(['failed', 'error TS2345: no']);
    const beside = finished(['failed', 'error TS2345: no'], ['failed', 'expected 1']);
    assert.deepEqual(await shown('a.ts', green, { bail: compiler, full: beside }), ['killed', 'bail', 'full']);
  });

  it('is not killed by a runner that cannot end early', async () => {
    for (const bail of [crashed, { kind: 'noTests', reason: '' }, finished(['skipped'], ['skipped'])] as const)
      assert.deepEqual(await shown('a.js', green, { bail, full: green }), ['survived', 'bail', 'full']);
    assert.deepEqual(await shown('a.js', green, { bail: crashed, full: crashed }), ['killed', 'bail', 'full']);
  });

  it('stops where the file cannot be put back', async () => {
    let writes = 0;
    const write = async (): Promise<string | undefined> => (++writes === 1 ? undefined : 'The disk is full.');
    assert.deepEqual(await shown('a.js', green, { bail: killed, full: green, write }), ['stopped', 'bail']);
  });
});
