import { strict as assert } from 'node:assert';
import { runInNewContext } from 'node:vm';
import { describe, it } from 'mocha';
import { createProposal, type EncodedText } from '../../../src/edits/proposal.ts';
import { placesToExecute } from '../../../src/verify/checks/changedPlaces.ts';
import { loadCompiler } from '../../../src/languages/script/scripts.ts';
import type { ReferenceRun } from '../../../src/verify/stages/5-mutants/judgeMutant.ts';
import { measureSensitivity } from '../../../src/verify/stages/5-mutants/measureSensitivity.ts';
import { notSensitive } from '../../../src/verify/verdict/mutantReasons.ts';
import { goodEvidence } from '../../support/evidence.ts';
import { honestEdits } from '../../support/honestEdits.ts';
import { honestPieces, weakPieces } from '../../support/weakPieces.ts';
import { weakRewrites } from '../../support/weakRewrites.ts';
import { treacherousEdits } from '../../support/weakTests.ts';

const path = 'src/a.js';

describe('places of a change and tests that run', () => {
  it('tests that fail by errors of the engine alone look at nothing', async () => {
    const before = 'const f = (o) => { return o.lines[0].product.name; };';
    const after = 'const f = (o) => { const { lines } = o; return lines[lines.length - 1].product.name; };';
    const order = '({ lines: [{ product: { name: "x" } }] })';
    assert.notDeepEqual(await doubtsOf(before, after, `f(${order})`), []);
  });

  for (const [name, before, after, tests] of [...treacherousEdits, ...weakRewrites, ...weakPieces])
    it(`${name} is in doubt where tests do not notice it`, async () => {
      assert.notDeepEqual(await doubtsOf(before, after, tests), []);
    });

  for (const [name, before, after, tests] of [...honestEdits, ...honestPieces])
    it(`${name} is not in doubt where tests would notice a mistake`, async () => {
      assert.deepEqual(await doubtsOf(before, after, tests), []);
    });
});

/** What is said against a change after its mutants were run, one by one, in a world of their own. */
async function doubtsOf(before: string, after: string, tests: string): Promise<readonly string[]> {
  assert.equal(outcomeOf(before, tests), 'passed', 'before');
  assert.equal(outcomeOf(after, tests), 'passed', 'after');
  const ts = await loadCompiler();
  const parsers = { ts, python: new Map() };
  const demand = {
    kind: 'execution',
    places: placesToExecute({ path, from: path, change: 'edit', role: 'code', before, after }, parsers),
  } as const;
  const file = { path, change: 'edit', role: 'code', demand } as const;
  let written = after;
  const sensitivity = await measureSensitivity(
    {
      proposal: createProposal([{ kind: 'edit', path, before: text(before), after: text(after) }]),
      files: [file],
      reference: runOf('passed'),
      hasBuild: false,
      budgetMs: 60_000,
      write: async (_path, content) => {
        written = content.text;
        return undefined;
      },
      runTests: async () => runOf(outcomeOf(written, tests), errorOf(written, tests)),
    },
    new AbortController().signal,
  );
  return notSensitive(goodEvidence({ files: [file], sensitivity }));
}

function outcomeOf(code: string, tests: string): 'passed' | 'failed' {
  return errorOf(code, tests) === undefined ? 'passed' : 'failed';
}

/** What a run says that does not end well. */
function errorOf(code: string, tests: string): string | undefined {
  try {
    runInNewContext(`${code}\n;(() => { ${tests} })();`, { is: assert.equal, throws: assert.throws }, { timeout: 200 });
    return undefined;
  } catch (error) {
    return String(error);
  }
}

function runOf(outcome: 'passed' | 'failed', message?: string): ReferenceRun {
  const result = { id: 'a', outcome, ...(message !== undefined && { message }) };
  return { kind: 'finished', command: 'test', durationMs: 1, tests: [result] };
}

function text(content: string): EncodedText {
  return { text: content, hasBom: false };
}
