import { strict as assert } from 'node:assert';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, before, beforeEach, describe, it } from 'mocha';
import { bailedPlan } from '../../src/runners/plans/bailedPlan.ts';
import { detectRunner } from '../../src/runners/plans/detectRunner.ts';
import { plansWithout } from '../../src/runners/plans/planWithout.ts';
import { relatedPlan } from '../../src/runners/plans/relatedPlan.ts';
import type { TestPlan } from '../../src/runners/testPlan.ts';
import { currentHost } from '../../src/verify/programs/testEnvironment.ts';
import { executeTests } from '../../src/verify/stages/2-run/executeTests.ts';
import type { TestRun } from '../../src/workspace/verification.ts';
import { coverageOf, coveredRun, statesOfAll } from '../support/coverageRun.ts';
import { installJasmine, jasmineFolder } from '../support/jasmine.ts';
import { fingerprint, outcomes, VerifierProject } from '../support/verifierProject.ts';

const { signal } = new AbortController();
const source = 'exports.total = (n) => {\n  if (n > 100) {\n    return n * 2;\n  }\n  return n;\n};\n';
const specs = `const { total } = require('../src/cart.js');
describe('cart', () => {
  it('small', () => expect(total(1)).toBe(1));
  it('large', () => expect(total(200)).toBe(400));
  xit('is off', () => {});
  it('gives up', () => pending('later'));
  describe('two  words', () => {
    it('a/b (c)', () => expect(total(2)).toBe(2));
  });
});
describe('set-up', () => {
  afterAll(() => { if (global.isBroken) throw new Error('hook'); });
  it('passes', () => {});
});
`;

const ids = {
  'spec/cart.spec.js › cart › small': 'passed',
  'spec/cart.spec.js › cart › large': 'passed',
  'spec/cart.spec.js › cart › is off': 'skipped',
  'spec/cart.spec.js › cart › gives up': 'skipped',
  'spec/cart.spec.js › cart › two words › a/b (c)': 'passed',
  'spec/cart.spec.js › set-up › passes': 'passed',
};

describe('jasmine itself', function () {
  this.timeout(120_000);
  let project: VerifierProject;

  before(function () {
    if (existsSync(join(jasmineFolder, 'node_modules/jasmine'))) return;
    console.log('      not run here: jasmine is not installed (WHETSTONE_TEST_JASMINE names no folder that has it)');
    this.skip();
  });

  beforeEach(() => {
    project = new VerifierProject();
    installJasmine(project.root);
    project.write('package.json', '{"scripts":{"test":"jasmine"}}');
    project.write('spec/support/jasmine.json', '{"spec_dir":"spec","spec_files":["**/*.spec.js"]}');
    project.write('src/cart.js', source);
    project.write('spec/cart.spec.js', specs);
    project.write('spec/other.spec.js', "it('is alone', () => {});\n");
  });
  afterEach(() => project.dispose());

  it('knows every test by a stable id, and tells what a change breaks', async () => {
    const unchanged = fingerprint(project.root);
    const verifier = project.verifier();
    const baseline = await verifier.baseline(signal);
    assert.deepEqual(outcomes(baseline), { ...ids, 'spec/other.spec.js › is alone': 'passed' });
    const begun = baseline.kind === 'finished' ? baseline.tests.filter(({ hasRun }) => hasRun === true) : [];
    assert.deepEqual(
      begun.map(({ id }) => id),
      ['spec/cart.spec.js › cart › gives up'],
    );
    const broken = await verifier.examine(project.replacing('src/cart.js', 'n * 2', 'n * 3'), signal);
    assert.equal(broken.verdict.kind, 'broken');
    assert.deepEqual(
      broken.broken.map(({ id }) => id),
      ['spec/cart.spec.js › cart › large'],
    );
    const unloaded = await verifier.examine(project.replacing('src/cart.js', 'exports', 'throw 1; exports'), signal);
    assert.equal(unloaded.verdict.kind, 'broken');
    assert.equal(fingerprint(project.root), unchanged);
  });

  it('is found by the dependency alone, and a hook that fails is a failure', async () => {
    project.write('package.json', '{"devDependencies":{"jasmine":"*"}}');
    project.write('spec/cart.spec.js', `global.isBroken = true;\n${specs}`);
    const found = outcomes(await run(planOf()));
    assert.deepEqual(found, {
      ...ids,
      'spec/cart.spec.js › set-up › (hook)': 'failed',
      'spec/other.spec.js › is alone': 'passed',
    });
  });

  it('ends at the first failure, leaves tests out and runs single files', async () => {
    const left = ['spec/cart.spec.js › cart › large', 'spec/cart.spec.js › cart › two words › a/b (c)'];
    const [without] = plansWithout(planOf(), left, []);
    assert.ok(without);
    const outcomeWithout = outcomes(await run(without));
    assert.deepEqual(
      Object.entries(outcomeWithout).filter(([id, outcome]) => outcome === 'skipped' && left.includes(id)).length,
      2,
    );
    assert.equal(outcomeWithout['spec/cart.spec.js › cart › small'], 'passed');

    const related = { dir: project.root, changed: ['src/cart.js'], files: ['spec/other.spec.js'], names: [] };
    const part = relatedPlan(planOf(), related);
    assert.ok(part);
    assert.deepEqual(outcomes(await run(part)), { 'spec/other.spec.js › is alone': 'passed' });
    assert.equal(relatedPlan(without, related), undefined, 'a choice among the tests is kept');
    assert.deepEqual(plansWithout(planOf('jasmine', '--filter=small'), left, []), []);

    project.write('src/cart.js', source.replace('n * 2', 'n * 3').replace('return n;', 'return -n;'));
    const bailed = Object.values(outcomes(await run(bailedPlan(planOf()))));
    const full = Object.values(outcomes(await run(planOf())));
    const failed = (all: readonly string[]): number => all.filter((one) => one === 'failed').length;
    assert.deepEqual([failed(bailed), failed(full)], [1, 3]);
  });

  it('tells of each test while it runs, and what the tests execute', async () => {
    const told: number[] = [];
    await run(planOf(), (done) => told.push(done));
    assert.equal(told.at(-1), 7);
    const scratch = join(project.copies, 'coverage');
    mkdirSync(scratch);
    project.write('spec/cart.spec.js', specs.replace("it('large'", "xit('large'"));
    const states = statesOfAll(coverageOf(await coveredRun(project.root, scratch)), 'src/cart.js', source);
    assert.deepEqual([states.get(2), states.get(3), states.get(5)], ['executed', 'missed', 'executed']);
  });

  it('runs no tests where there are none, and nothing where it is not installed', async () => {
    project.write('spec/support/jasmine.json', '{"spec_dir":"spec","spec_files":["none/*.js"]}');
    assert.equal((await run(planOf())).kind, 'noTests');
    const found = detectRunner(project.copies, ['npx', 'jasmine']);
    assert.match(found.kind === 'unavailable' ? found.reason : '', /^jasmine is not installed here/);
  });

  function planOf(...command: string[]): TestPlan {
    const [program, ...args] = command;
    const found = detectRunner(project.root, program === undefined ? undefined : [program, ...args]);
    assert.ok(found.kind === 'plan', JSON.stringify(found));
    return found.plan;
  }

  async function run(plan: TestPlan, onDone?: (done: number) => void): Promise<TestRun> {
    const scratch = join(project.copies, 'scratch');
    mkdirSync(scratch, { recursive: true });
    return executeTests(
      plan,
      { dir: project.root, workspaceNames: [project.root], scratch },
      { timeLimitMs: 60_000, host: currentHost(), onProgress: ({ done }) => onDone?.(done) },
      signal,
    );
  }
});
