import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after as afterAll, before as beforeAll, describe, it } from 'mocha';
import { createProposal } from '../../src/edits/proposal.ts';
import { fingerprint, outcomes, VerifierProject } from '../support/verifierProject.ts';

interface RunnerCase {
  readonly fixture: string;
  readonly packages: readonly string[];
  readonly command: RegExp;
  readonly ids: Readonly<Record<string, 'passed' | 'failed' | 'skipped'>>;
  readonly source: string;
  /** Old text and a new one that behaves alike, and one that does not. */
  readonly alike: readonly [string, string];
  readonly different: readonly [string, string];
  readonly breaks: string;
  /** Makes the source file unreadable for its language. */
  readonly garbled: readonly [string, string];
  readonly testFile: string;
  /** Why a good change is not proven here; without it, it is. */
  readonly doubt?: RegExp;
}

const commonJs = {
  source: 'src/cart.js',
  alike: ['sum += item.price * item.count', 'sum = sum + item.count * item.price'],
  different: ['sum += item.price * item.count', 'sum += item.price + item.count'],
  garbled: ['return sum;', 'return sum) {;'],
} as const;

function cartIds(file: string, known: string, joint: string): RunnerCase['ids'] {
  return {
    [`${file} › cart${joint}adds what is in it`]: 'passed',
    [`${file} › cart${joint}is nothing when empty`]: 'passed',
    [`${file} › cart${joint}label${joint}has two digits`]: 'passed',
    [`${file} › cart${joint}knows taxes`]: 'skipped',
    [`${known} › rounds half to even`]: 'failed',
  };
}

const cases: readonly RunnerCase[] = [
  {
    ...commonJs,
    fixture: 'vitest',
    packages: ['vitest'],
    command:
      /^node node_modules\/vitest\/vitest\.mjs run --reporter=json --outputFile=<report> --coverage\.enabled=false$/,
    ids: cartIds('test/cart.test.ts', 'test/known.test.ts', ' › '),
    source: 'src/cart.ts',
    breaks: 'test/cart.test.ts › cart › adds what is in it',
    testFile: 'test/cart.test.ts',
  },
  {
    ...commonJs,
    fixture: 'jest',
    packages: ['jest'],
    command: /^node node_modules\/jest\/bin\/jest\.js --ci --json --outputFile=<report> /,
    ids: cartIds('test/cart.test.js', 'test/known.test.js', ' › '),
    breaks: 'test/cart.test.js › cart › adds what is in it',
    testFile: 'test/cart.test.js',
  },
  {
    ...commonJs,
    fixture: 'mocha',
    packages: ['mocha'],
    command:
      /^node node_modules\/mocha\/bin\/mocha\.js --reporter json --reporter-option output=<report> test\/\*\.test\.js$/,
    ids: cartIds('test/cart.test.js', 'test/known.test.js', ' '),
    breaks: 'test/cart.test.js › cart adds what is in it',
    testFile: 'test/cart.test.js',
  },
  {
    ...commonJs,
    fixture: 'nodeTest',
    // The tests load what a build made, with no map back to its source.
    doubt: /not seen to load src\/cart\.js/,
    packages: [],
    command:
      /^node build\.js && node --test-reporter=<reporter> --test-reporter-destination=<report> --test test\/\*\.test\.js$/,
    ids: cartIds('test/cart.test.js', 'test/known.test.js', ' › '),
    breaks: 'test/cart.test.js › cart › adds what is in it',
    testFile: 'test/cart.test.js',
  },
  {
    fixture: 'pytest',
    packages: [],
    command: /^python3 -m pytest --junitxml=<report> -o junit_family=xunit1$/,
    ids: {
      'tests/test_cart.py › tests.test_cart.TestCart › test_adds_what_is_in_it': 'passed',
      'tests/test_cart.py › tests.test_cart.TestCart › test_is_nothing_when_empty': 'passed',
      'tests/test_cart.py › tests.test_cart.TestCart › test_knows_taxes': 'skipped',
      'tests/test_cart.py › tests.test_cart › test_label_has_two_digits[1]': 'passed',
      'tests/test_cart.py › tests.test_cart › test_label_has_two_digits[2]': 'passed',
      'tests/test_known.py › tests.test_known › test_rounds_half_up': 'failed',
    },
    source: 'src/priced/cart.py',
    alike: ['amount += item["price"] * item["count"]', 'amount = amount + item["count"] * item["price"]'],
    different: ['item["price"] * item["count"]', 'item["price"] + item["count"]'],
    garbled: ['return amount', 'return amount)'],
    breaks: 'tests/test_cart.py › tests.test_cart.TestCart › test_adds_what_is_in_it',
    testFile: 'tests/test_cart.py',
  },
];

const { signal } = new AbortController();

for (const known of cases) {
  describe(`verify with ${known.fixture} itself`, function () {
    this.timeout(600_000);
    let project: VerifierProject;
    let untouched = '';

    // One verifier for all: what it learns of the state before is asked for once, and nothing of one trial may reach the next.
    beforeAll(function () {
      // Python is not everywhere; npm brings the other runners.
      if (known.fixture === 'pytest' && spawnSync('python3', ['-c', 'import pytest']).status !== 0) this.skip();
      project = new VerifierProject();
      project.useFixture(known.fixture, known.packages);
      untouched = fingerprint(project.root);
    });

    afterAll(async () => {
      if (project === undefined) return;
      assert.equal(fingerprint(project.root), untouched, 'the workspace was touched');
      await project.verifier().dispose();
      assert.deepEqual(readdirSync(project.copies), []);
      await project.dispose();
    });

    it('knows every test by a stable id, and keeps a change that behaves alike', async () => {
      const verifier = project.verifier();
      assert.match((await verifier.describeCommand(signal)) ?? '', known.command);
      const baseline = await verifier.baseline(signal);
      assert.deepEqual(outcomes(baseline), known.ids);
      const { verdict, broken, stillFailing, after } = await verifier.examine(
        project.replacing(known.source, ...known.alike),
        signal,
      );
      assert.deepEqual(outcomes(after), known.ids);
      assert.equal(verdict.kind, known.doubt === undefined ? 'preserved' : 'unproven', verdict.reasons.join(' '));
      assert.deepEqual(broken, []);
      assert.deepEqual(
        stillFailing,
        Object.keys(known.ids).filter((id) => known.ids[id] === 'failed'),
      );
      const passed = Object.values(known.ids).filter((outcome) => outcome === 'passed').length;
      if (known.doubt === undefined) assert.equal(verdict.reasons[0], `${passed} tests passed before and after.`);
      else assert.match(verdict.reasons.join(' '), known.doubt);
    });

    // What fails before is told above; without it each run is one and not two.
    it('forgets a test that is gone before any change', async () => {
      const [failing = ''] = Object.keys(known.ids).filter((id) => known.ids[id] === 'failed');
      const [path = ''] = failing.split(' › ', 1);
      rmSync(join(project.root, path));
      untouched = fingerprint(project.root);
      const { [failing]: _gone, ...left } = known.ids;
      assert.deepEqual(outcomes(await project.verifier().baseline(signal)), left);
    });

    it('sees by id what a change breaks', async () => {
      const { verdict, broken } = await project
        .verifier()
        .trial(project.replacing(known.source, ...known.different), signal);
      assert.equal(verdict.kind, 'broken');
      assert.deepEqual(
        broken.map((test) => test.id),
        [known.breaks],
      );
      const [message = ''] = broken.map((test) => test.message);
      assert.ok(message.length > 10 && !message.includes(project.copies), message);
    });

    it('counts tests that do not come to run as broken', async () => {
      const { verdict, broken } = await project
        .verifier()
        .trial(project.replacing(known.source, ...known.garbled), signal);
      assert.equal(verdict.kind, 'broken', verdict.reasons.join(' '));
      const passed = Object.keys(known.ids).filter((id) => known.ids[id] === 'passed');
      assert.deepEqual(
        passed.filter((id) => !broken.some((test) => test.id === id)),
        [],
      );
    });

    it('counts fewer tests as broken', async () => {
      const text = project.read(known.testFile);
      const proposal = createProposal([{ kind: 'delete', path: known.testFile, before: { text, hasBom: false } }]);
      const { verdict, broken } = await project.verifier().trial(proposal, signal);
      assert.equal(verdict.kind, 'broken');
      assert.equal(broken.length, Object.values(known.ids).filter((outcome) => outcome === 'passed').length);
    });
  });
}
