import { strict as assert } from 'node:assert';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { createProposal } from '../../src/edits/proposal.ts';
import { fingerprint, VerifierProject } from '../support/verifierProject.ts';

const { signal } = new AbortController();
const head = `const { test } = require('node:test');\nconst assert = require('node:assert/strict');\nconst { area } = require('../area.js');\n`;
const strong = `${head}test('area', () => {\n  assert.equal(area(2, 5), 10);\n});\n`;

describe('tests that change along, where they may', function () {
  this.timeout(600_000);
  let project: VerifierProject;
  beforeEach(() => {
    project = new VerifierProject();
    project.write('package.json', JSON.stringify({ name: 'p', scripts: { test: 'node --test' } }));
    project.write('area.js', 'exports.area = (w, h) => {\n  return h * w;\n};\n');
    project.write('test/a.test.js', strong);
  });
  afterEach(() => project.dispose());

  function verifier(sensitivityMs = 60_000): ReturnType<VerifierProject['verifier']> {
    const approvals = { confirmCommand: async (): Promise<boolean> => true, allowsTestEdits: (): boolean => true };
    return project.verifier({ sensitivityMs, approvals });
  }

  it('are BROKEN when they let a fault pass that they noticed, whatever their text looks like', async () => {
    const before = fingerprint(project.root);
    const unheard = project.replacing(
      'test/a.test.js',
      '  assert.equal(area(2, 5), 10);',
      '  const check = () => assert.equal(area(2, 5), 10);\n  return typeof check;',
    );
    const { verdict } = await verifier().examine(unheard, signal);
    assert.equal(verdict.kind, 'broken', verdict.reasons.join(' '));
    assert.match(
      verdict.reasons[0] ?? '',
      /^The tests were weakened: area\.js:\d: They kill less than before: the mutant in which `/,
    );
    assert.equal(fingerprint(project.root), before);
  });

  it('stay in doubt when they notice as much, also beside a change of the code', async () => {
    const change = project.edit('area.js', 'h * w', 'w * h');
    const test = project.edit(
      'test/a.test.js',
      `test('area', () => {\n  assert.equal(area(2, 5), 10);`,
      `function check(w, h, expected) {\n  assert.equal(area(w, h), expected);\n}\ntest('area', () => {\n  check(2, 5, 10);`,
    );
    const { verdict, evidence } = await verifier().examine(createProposal([change, test]), signal);
    assert.equal(verdict.kind, 'unproven', verdict.reasons.join(' '));
    assert.ok(evidence?.checks.integrity.kind === 'doubtful');
    assert.match(verdict.reasons.join(' '), /They kill as many of \d+ mutants as before\./);
  });

  it('are the only ones to be shown faults: a doubt about settings stays what it is', async () => {
    const text = project.read('package.json');
    const change = project.edit('area.js', 'h * w', 'w * h');
    const settings = project.edit('package.json', text, text.replace('"p"', '"q"'));
    const { verdict } = await verifier().examine(createProposal([change, settings]), signal);
    assert.equal(verdict.kind, 'unproven', verdict.reasons.join(' '));
    assert.doesNotMatch(verdict.reasons.join(' '), /They kill/);
  });

  it('are shown no faults where the old ones do not fit the new code', async () => {
    const renamed = createProposal([
      project.edit('area.js', 'area', 'surface'),
      project.edit('test/a.test.js', 'const { area }', 'const { surface: area }'),
    ]);
    const rename = { goal: 'Rename area to surface', focus: [] };
    const { verdict } = await verifier().examine(renamed, signal, { task: rename });
    assert.equal(verdict.kind, 'unproven', verdict.reasons.join(' '));
    assert.doesNotMatch(verdict.reasons.join(' '), /They kill/);
  });
});
