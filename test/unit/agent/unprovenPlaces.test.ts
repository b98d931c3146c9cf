import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { countUnproven, unprovenPlaces } from '../../../src/agent/unprovenPlaces.ts';
import { createProposal } from '../../../src/edits/proposal.ts';
import { coverage, finished, goodEvidence, testEvidence } from '../../support/evidence.ts';

const text = (...lines: readonly string[]) => ({ text: `${lines.join('\n')}\n`, hasBom: false });
const proposal = createProposal([
  { kind: 'edit', path: 'src/a.js', before: text('a', 'b', 'c', 'd'), after: text('a', 'B1', 'B2', 'c', 'd') },
]);

describe('unproven places', () => {
  it('are none where every changed line was executed on both sides', () => {
    const then = { path: 'src/a.js', side: 'before', executed: [2], missed: [], unknown: [] } as const;
    const files = [...coverage([2, 3]).files, then];
    const evidence = goodEvidence({ coverage: { kind: 'measured', tool: 'test', files } });
    assert.equal(countUnproven(evidence), 0);
    assert.deepEqual(unprovenPlaces(proposal, evidence), []);
  });

  it('are told in lines of the text before the change', () => {
    const evidence = goodEvidence({ coverage: coverage([2], [3]) });
    assert.deepEqual(unprovenPlaces(proposal, evidence), [{ path: 'src/a.js', startLine: 2, endLine: 2 }]);
    assert.ok(countUnproven(evidence) > 0);
  });

  it('are all of them when nothing ran, and those of no file that needs no execution', () => {
    const nothing = { kind: 'noTests', reason: 'None.' } as const;
    const evidence = goodEvidence({ tests: testEvidence(nothing, nothing) });
    assert.equal(unprovenPlaces(proposal, evidence).length, 1);
    const [file] = evidence.files;
    assert.ok(file);
    const same = goodEvidence({
      tests: testEvidence(finished({}), finished({})),
      files: [{ ...file, demand: { kind: 'none', reason: 'Only comments.' } }],
    });
    assert.deepEqual(unprovenPlaces(proposal, same), []);
    assert.equal(countUnproven(same), 0);
  });
});
