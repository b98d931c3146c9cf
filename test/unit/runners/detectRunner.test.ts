import { strict as assert } from 'node:assert';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { planAnew } from '../../../src/runners/plans/planAnew.ts';
import { detectRunner } from '../../../src/runners/plans/detectRunner.ts';
import { expandGlob } from '../../../src/runners/scripts/expandGlob.ts';
import { describePlan, describeStep } from '../../../src/runners/testPlan.ts';
import { TemporaryFolder } from '../../support/temporaryFolder.ts';

const vitest = 'node node_modules/vitest/vitest.mjs run --reporter=json --outputFile=<report> --coverage.enabled=false';
const jest = 'node node_modules/jest/jest.js --ci --json --outputFile=<report> --coverage=false --watchman=false';
const mocha = 'node node_modules/mocha/mocha.js --reporter json --reporter-option output=<report>';
const node = 'node --test-reporter=<reporter> --test-reporter-destination=<report>';
const pytest = '-m pytest --junitxml=<report> -o junit_family=xunit1';

describe('detectRunner', () => {
  let folder: TemporaryFolder;
  beforeEach(() => {
    folder = new TemporaryFolder();
    for (const [name, bin] of [
      ['vitest', './vitest.mjs'],
      ['jest', './jest.js'],
      ['mocha', { mocha: './mocha.js' }],
      ['react-scripts', './react.js'],
    ] as const)
      folder.write(
        `node_modules/${name}/package.json`,
        JSON.stringify({ bin: typeof bin === 'string' ? { [name]: bin } : bin }),
      );
  });
  afterEach(() => folder.dispose());

  function detect(configured?: readonly [string, ...string[]]): string {
    const found = detectRunner(folder.path, configured);
    return found.kind === 'plan' ? describePlan(found.plan) : `${found.kind}: ${found.reason}`;
  }

  function scripts(all: Readonly<Record<string, string>>, more: object = {}): void {
    folder.write('package.json', JSON.stringify({ scripts: all, ...more }));
  }

  it('enters the folder that `go test -C` names, where words of ours may come first', () => {
    const stepsOf = (...command: [string, ...string[]]): unknown => {
      const found = detectRunner(folder.path, command);
      return found.kind === 'plan' && planAnew(found.plan).steps.map((step) => [step.cwd, describeStep(step)]);
    };
    const told = 'go test -count=1 -json';
    assert.deepEqual(stepsOf('go', 'test', '-C', 'mod', './...'), [['mod', `${told} ./...`]]);
    assert.deepEqual(stepsOf('go', 'test', '-C=mod/a', '-run', 'A', '.'), [['mod/a', `${told} -run A .`]]);
    assert.deepEqual(stepsOf('go', 'test', '-C', '.'), [['', `${told} ./...`]]);
    assert.deepEqual(stepsOf('go', 'test', '-C', '../other'), [['', 'go test -C ../other']]);
  });

  const byScript: readonly (readonly [string, string])[] = [
    ['vitest', vitest],
    ['vitest run --coverage --reporter=verbose src', `${vitest} src`],
    ['vitest --run --watch=false --reporter dot --bail 1', vitest],
    ['jest --watchAll --coverage --maxWorkers=2', `${jest} --maxWorkers=2`],
    ['NODE_OPTIONS=--experimental-vm-modules npx jest', `NODE_OPTIONS=--experimental-vm-modules ${jest}`],
    [
      'node --experimental-vm-modules node_modules/jest/bin/jest.js a',
      `node --experimental-vm-modules ${jest.slice(5)} a`,
    ],
    ['node node_modules/.bin/mocha x', `${mocha} x`],
    ['react-scripts test', `node node_modules/react-scripts/react.js test ${jest.split(' ').slice(2).join(' ')}`],
    ['mocha -R spec --timeout 5000 -b test', `${mocha} --timeout 5000 test`],
    ['nyc --reporter lcov mocha', mocha],
    ['cross-env A=1 B=2 c8 -r text mocha', `A=1 B=2 ${mocha}`],
    ['env A=1 mocha', `A=1 ${mocha}`],
    ['tsc -p . && mocha', `tsc -p . && ${mocha}`],
    ['eslint . && tsc --noEmit && mocha && node after.js', mocha],
    ['node --test', `${node} --test`],
    ['node --import tsx --test --test-reporter spec "test/**/*.ts"', `${node} --import tsx --test test/**/*.ts`],
    ['tsx --test a.ts', `${node} --import tsx --test a.ts`],
    ['node by-itself.js', `${node} by-itself.js`],
    ['node other.js', 'node other.js'],
    ['make test', 'make test'],
    ['make build && make test', 'make build && make test'],
    ['python3 -m pytest -x --cov=src tests', `python3 ${pytest} tests`],
    ['pytest', `python3 ${pytest}`],
    ['uv run pytest -q', `uv run pytest ${pytest.slice(10)} -q`],
    ['npm run unit', `${mocha} u`],
    ['npm run unit -- --grep x', `${mocha} u --grep x`],
    ['yarn unit --grep x', `${mocha} u --grep x`],
    ['pnpm run unit', `${mocha} u`],
    ['pnpm mocha v', `${mocha} v`],
    ['yarn exec mocha w', `${mocha} w`],
    ['run-s unit more:*', `${mocha} u && ${vitest} m`],
    ['tape test/*.js | tap-spec', 'tape test/*.js'],
    ['node other.js 2>&1 | faucet', 'node other.js'],
    ['set -o pipefail && A=1 tap t.js | tee out.tap | tap-dot', 'A=1 tap t.js'],
    ['eslint . && mocha -R tap | my-own-thing', mocha],
    ['npm run unit | npx tap-diff', `${mocha} u`],
    [
      'tape a.js | node_modules/.bin/tap-nyan && node other.js | node_modules/.bin/tap-min',
      'tape a.js && node other.js',
    ],
    ['cd sub && mocha', 'node ../node_modules/mocha/mocha.js --reporter json --reporter-option output=<report>'],
  ];
  for (const [script, expected] of byScript)
    it(`script: ${script}`, () => {
      scripts({ test: script, unit: 'mocha u', 'more:a': 'vitest m' });
      folder.write('by-itself.js', `import test from 'node:test';`);
      folder.write('other.js', '');
      assert.equal(detect(), expected);
    });

  it('runs what stands before the script', () => {
    scripts({ pretest: 'node build.js', test: 'mocha' });
    assert.equal(detect(), `node build.js && ${mocha}`);
  });

  it('ends for scripts that call themselves', () => {
    scripts({ test: 'npm run other', other: 'npm test' });
    assert.match(detect(), /^(none|plan|npm)/);
  });

  it('says what a script lacks', () => {
    scripts({ test: 'npm run nope' });
    assert.equal(detect(), 'unavailable: The test command calls the script "nope", which is not there.');
    scripts({ test: 'cd ../.. && mocha' });
    assert.match(detect(), /^unavailable: The "test" script needs a shell \(cd \.\.\/\.\.\)/);
    scripts({ test: 'a | b' });
    assert.match(detect(), /^unavailable: The "test" script needs a shell \(\|\), which is never used/);
  });

  it('takes no pipe apart whose end carries out what it reads', () => {
    for (const script of [
      'find test -name "*.js" | xargs node',
      'browserify test.js | tape-run',
      'browserify test.js | node',
      'echo y | mocha',
      'mocha | sh',
      'node gen.js | npx tape-run',
      'node gen.js | my-own-thing',
      'npm run unit | bash',
      'tape t.js | tap-run',
      'mocha || true',
    ]) {
      scripts({ test: script, unit: 'mocha u' });
      assert.match(detect(), /^unavailable: The "test" script needs a shell \(\|\)/, script);
    }
  });

  it('adds no words of a caller to what is in front of a pipe, as npm adds them to its end', () => {
    scripts({ test: 'npm run unit -- --grep x', unit: 'mocha u | tap-spec' });
    assert.equal(detect(), `${mocha} u`);
    const found = detectRunner(folder.path, undefined);
    assert.ok(found.kind === 'plan');
    assert.deepEqual(found.plan.notes, ['`tap-spec` only shows what the tests print and is not run.']);
  });

  it('expects TAP where a formatter of TAP stands at the end', () => {
    scripts({ test: 'node build.js && node other.js | tap-spec' });
    const found = detectRunner(folder.path, undefined);
    assert.ok(found.kind === 'plan');
    assert.deepEqual(
      found.plan.steps.map(({ runner, results }) => [runner, results?.kind]),
      [
        ['prepare', undefined],
        ['command', 'tap'],
      ],
    );
    assert.equal(found.plan.notes.length, 1);
  });

  it('takes the runner that the project depends on when the script is no help', () => {
    scripts({ test: 'a | b' }, { devDependencies: { jest: '1' } });
    assert.equal(detect(), jest);
    scripts({ test: 'echo "Error: no test specified" && exit 1' }, { dependencies: { mocha: '1' } });
    assert.equal(detect(), mocha);
    folder.write('vitest.config.ts', '');
    scripts({});
    assert.equal(detect(), vitest);
  });

  it('takes node:test when its files are there', () => {
    scripts({});
    folder.write('test/a.mjs', `import { test } from "node:test";`);
    assert.equal(detect(), `${node} --test`);
  });

  it('takes pytest in a Python project, with its own environment', () => {
    folder.write('tests/test_a.py', '');
    assert.equal(detect(), `python3 ${pytest}`);
    folder.write('.venv/pyvenv.cfg', '');
    folder.write('.venv/bin/python', '');
    assert.equal(detect(), `.venv/bin/python ${pytest}`);
  });

  it('takes the configured command before everything, and finds the runner in it', () => {
    scripts({ test: 'mocha', unit: 'vitest u' });
    assert.equal(detect(['npx', '--yes', 'jest', 'a b']), `${jest} "a b"`);
    assert.equal(detect(['npm', 'run', 'unit']), `${vitest} u`);
    assert.equal(detect(['./run.sh', '&&', '$x']), './run.sh && $x');
  });

  it('finds nothing, and says so', () => {
    assert.match(detect(), /^none: No tests were found: there is no package\.json/);
    scripts({});
    assert.match(detect(), /^none: No tests were found: package\.json has no "test" script/);
    folder.write('package.json', '{');
    assert.equal(detect(), 'unavailable: package.json is not valid JSON, so the tests could not be found.');
    folder.write('package.json', '{"scripts": {"test": 5}, "name": []}');
    assert.match(detect(), /^none: /);
  });
});

describe('expandGlob', () => {
  let folder: TemporaryFolder;
  beforeEach(() => {
    folder = new TemporaryFolder();
    for (const path of ['b.js', 'a.js', '.hidden.js', 'sub/c.js', 'sub/deep/d.js', 'x[1].js']) folder.write(path, '');
  });
  afterEach(() => folder.dispose());

  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['*.js', ['a.js', 'b.js', 'x[1].js']],
    ['?.js', ['a.js', 'b.js']],
    ['[ab].js', ['a.js', 'b.js']],
    ['[!a].js', ['b.js']],
    ['**/*.js', ['sub/c.js']],
    ['*/*/*.js', ['sub/deep/d.js']],
    ['.*.js', ['.hidden.js']],
    ['./s*/c.js', ['./sub/c.js']],
    ['none*.js', ['none*.js']],
    ['[z-a].js', ['[z-a].js']],
  ];
  for (const [pattern, expected] of cases)
    it(pattern, () => assert.deepEqual(expandGlob(pattern, folder.path), expected));
});
