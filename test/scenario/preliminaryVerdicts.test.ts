import { strict as assert } from 'node:assert';
import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { createProposal, type Proposal } from '../../src/edits/proposal.ts';
import type { MutantProgress, TestComparison } from '../../src/workspace/verification.ts';
import { VerifierProject } from '../support/verifierProject.ts';

const { signal } = new AbortController();
const original = `exports.area = (w, h) => h * w;

exports.limit = (x) => Math.min(100, x);

exports.label = (name) => name + '!';
`;
const area = original.replace('h * w', 'w * h');
const both = area.replace('=> Math.min(100, x)', '=> {\n  const most = 100;\n  return Math.min(most, x);\n}');
const weak = both.replace(`name + '!'`, '`${name}!`');

/** Of the first two functions all is checked; the last one is only called. */
const tests = `const { test } = require('node:test'); const assert = require('node:assert'); const m = require('../shapes.js');
test('area', () => assert.equal(m.area(2, 3), 6));
test('limit', () => { assert.equal(m.limit(5), 5); assert.equal(m.limit(500), 100); });
test('label', () => { m.label('a'); });
`;

function changeTo(text: string): Proposal {
  const [before, after] = [original, text].map((one) => ({ text: one, hasBom: false }));
  assert.ok(before !== undefined && after !== undefined);
  return createProposal([{ kind: 'edit', path: 'shapes.js', before, after }]);
}

describe('verdicts before mutants were tried', function () {
  this.timeout(120_000);
  let project: VerifierProject;
  beforeEach(() => {
    project = new VerifierProject();
    project.write('package.json', JSON.stringify({ name: 'p', scripts: { test: 'node --test' } }));
    project.write('shapes.js', original);
    project.write('test/shapes.test.js', tests);
  });
  afterEach(() => project.dispose());

  it('are preliminary, and say that the tests pass', async () => {
    const { verdict, evidence } = await project.verifier().trial(changeTo(both), signal);
    assert.deepEqual([verdict.kind, verdict.isPreliminary], ['unproven', true], verdict.reasons.join(' '));
    assert.equal(verdict.reasons[0], 'The tests pass; no mutant of the change was tried so far.');
    assert.ok(verdict.reasons.includes('3 tests passed before and after.'), verdict.reasons.join(' '));
    assert.deepEqual([verdict.offer, evidence?.sensitivity.kind], [undefined, 'pending']);
  });

  it('need none where nothing must be executed', async () => {
    const commented = changeTo(`// Shapes.\n${original}`);
    const { verdict } = await project.verifier().trial(commented, signal);
    assert.deepEqual([verdict.kind, verdict.isPreliminary], ['preserved', undefined], verdict.reasons.join(' '));
  });

  it('of a part rest on what was found of the whole, place by place, without a further mutant', async () => {
    const verifier = project.verifier();
    const whole = await verifier.examine(changeTo(weak), signal);
    assert.match(whole.verdict.reasons[0] ?? '', /^The tests kill no mutant at shapes\.js:8/);
    assertKept(await verifier.trial(changeTo(area), signal));
    assertKept(await verifier.trial(changeTo(both), signal));
    const label = await verifier.trial(changeTo(original.replace(`name + '!'`, '`${name}!`')), signal);
    assert.deepEqual([label.verdict.kind, label.verdict.isPreliminary], ['unproven', undefined]);
    assert.equal(label.verdict.reasons[0], whole.verdict.reasons[0]?.replace(':8', ':5'));
  });

  it('tell which mutant is tried, and a stop between two leaves no copy behind', async () => {
    const told: MutantProgress[] = [];
    const verifier = project.verifier();
    const { evidence } = await verifier.examine(changeTo(weak), signal, { onMutant: (one) => told.push(one) });
    assert.ok(evidence?.sensitivity.kind === 'measured' && told.length >= evidence.sensitivity.seeded);
    assert.deepEqual(
      told.map(({ current }) => current),
      told.map((_, index) => index + 1),
    );
    for (const { current, total = 0 } of told) assert.ok(total >= current, `${current} of ${total}`);
    assert.deepEqual(told.at(-1)?.total, told.length);
    verifier.invalidate();
    const stop = new AbortController();
    const stopped = verifier.examine(changeTo(both), stop.signal, { onMutant: () => stop.abort() });
    await assert.rejects(stopped, { name: 'AbortError' });
    assert.deepEqual(readdirSync(project.copies), []);
    const { verdict } = await verifier.examine(changeTo(both), signal);
    assert.equal(verdict.kind, 'preserved', verdict.reasons.join(' '));
  });

  it('of a part that the whole changes once more stay preliminary', async () => {
    const verifier = project.verifier();
    await verifier.examine(changeTo(both), signal);
    const { verdict } = await verifier.trial(changeTo(original.replace('h * w', 'w * (h)')), signal);
    assert.deepEqual([verdict.kind, verdict.isPreliminary], ['unproven', true], verdict.reasons.join(' '));
  });

  it('become final with what was found in the copy, once the change is applied', async () => {
    const verifier = project.verifier();
    const examined = await verifier.examine(changeTo(both), signal);
    project.write('shapes.js', both);
    const applied = await verifier.applied(changeTo(both), signal);
    assertKept(applied);
    assert.deepEqual(applied.evidence?.sensitivity, examined.evidence?.sensitivity);
  });

  it('are none of what was applied: its mutants are tried then', async () => {
    const verifier = project.verifier();
    project.write('shapes.js', weak);
    const { verdict, evidence } = await verifier.applied(changeTo(weak), signal);
    assert.equal(evidence?.sensitivity.kind, 'measured');
    assert.match(verdict.reasons[0] ?? '', /^The tests kill no mutant at shapes\.js:8/);
    assert.equal(project.read('shapes.js'), weak);
  });

  function assertKept({ verdict, evidence }: TestComparison): void {
    assert.equal(verdict.kind, 'preserved', verdict.reasons.join(' '));
    assert.ok(evidence?.sensitivity.kind === 'measured' && evidence.sensitivity.places.length > 0);
    assert.ok(evidence.sensitivity.places.every(({ killed }) => killed > 0));
    assert.deepEqual(
      evidence.times.filter(({ stage }) => stage === 'sensitivity'),
      [],
    );
  }
});
