import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { createProposal } from '../../../src/edits/proposal.ts';
import type { ReferenceRun } from '../../../src/verify/stages/5-mutants/judgeMutant.ts';
import { measureSensitivity } from '../../../src/verify/stages/5-mutants/measureSensitivity.ts';
import type { SensitivityEvidence } from '../../../src/workspace/evidence.ts';

const path = 'a.py';
const before = 'def f(a):\n    found = {}\n    found[a] = 1\n    return found\n';
const after = 'def f(a):\n    found = dict()\n    found[a] = 1\n    return found\n';

describe('mutants around a place of which none runs to an end', () => {
  it('speak for it', async () => {
    // What is no dictionary any more fails by an error wherever it comes.
    const { places } = await measured((text) =>
      /= dict\(\)\n/.test(text) ? 'AssertionError: 1 != 2' : 'TypeError: no',
    );
    assert.deepEqual(
      places?.map(({ killed }) => killed > 0),
      [true],
    );
  });

  it('are not tried where one of the place itself survives', async () => {
    const { places, seeded } = await measured((text) =>
      /= dict\(\)\n/.test(text) ? 'AssertionError: 1 != 2' : undefined,
    );
    assert.deepEqual(
      places?.map(({ killed, untried }) => [killed, untried]),
      [[0, 0]],
    );
    assert.ok(seeded > 0);
  });
});

/** What tests say that fail as told for a text other than the new one. */
async function measured(failure: (text: string) => string | undefined): Promise<Measured> {
  let written = after;
  const change = { kind: 'edit', path, before: textOf(before), after: textOf(after) } as const;
  const demand = { kind: 'execution', places: [{ before: [2], after: [2] }] } as const;
  const evidence = await measureSensitivity(
    {
      proposal: createProposal([change]),
      files: [{ path, change: 'edit', role: 'code', demand }],
      reference: runWith(undefined),
      hasBuild: false,
      budgetMs: 60_000,
      write: async (_path, { text }) => {
        written = text;
        return undefined;
      },
      runTests: async () => runWith(failure(written)),
    },
    new AbortController().signal,
  );
  if (evidence.kind !== 'measured') assert.fail(JSON.stringify(evidence));
  return evidence;
}

type Measured = Extract<SensitivityEvidence, { kind: 'measured' }>;

function textOf(text: string): { readonly text: string; readonly hasBom: boolean } {
  return { text, hasBom: false };
}

function runWith(message: string | undefined): ReferenceRun {
  const test =
    message === undefined ? { id: 'a', outcome: 'passed' as const } : { id: 'a', outcome: 'failed' as const, message };
  return { kind: 'finished', command: 'test', durationMs: 1, tests: [test] };
}
