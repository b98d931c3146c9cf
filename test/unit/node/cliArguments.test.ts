import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { parseCliArguments, parsePathArgument, type CliArguments } from '../../../src/node/cliArguments.ts';

function refactor(...extra: string[]): CliArguments {
  return parseCliArguments(['refactor', 'a.js', '--goal', 'tidy', ...extra]);
}

function messageOf(parsed: CliArguments): string {
  assert.equal(parsed.kind, 'wrong', JSON.stringify(parsed));
  return parsed.kind === 'wrong' ? parsed.message : '';
}

describe('command line arguments', () => {
  it('fills in what was not given', () => {
    assert.deepEqual(refactor(), {
      kind: 'refactor',
      paths: [{ raw: 'a.js' }],
      goal: 'tidy',
      endpoint: undefined,
      model: undefined,
      test: undefined,
      testReport: undefined,
      environment: [],
      testTimeLimitMs: undefined,
      sensitivityMs: undefined,
      stepBudgetMs: undefined,
      apply: 'never',
      characterizes: false,
      maxTurns: undefined,
      isJson: false,
      evidence: undefined,
      allowsTestEdits: false,
      isInPlace: false,
      cwd: undefined,
      options: {
        transport: 'auto',
        reasoningEffort: undefined,
        verbosity: undefined,
        serviceTier: undefined,
        hostedTools: [],
      },
      prices: undefined,
      meter: undefined,
      record: undefined,
      recordsTexts: true,
    });
  });

  it('takes every option', () => {
    const argv = ['--endpoint=https://h/v1', '--model', 'm', '--test', '["npm","test"]', '--apply', 'always'];
    const parsed = refactor(
      ...argv,
      '--max-turns',
      '7',
      '--test-time-limit',
      '30',
      '--sensitivity=20',
      '--step-time=30',
      '--test-report=junit:r.xml',
      ...['--env', 'DATABASE_URL', '--env=A'],
      '--json',
      '--allow-test-edits',
      '--in-place',
      '--cwd',
      '/w',
      ...['--transport=http', '--effort=high', '--verbosity=low', '--service-tier=flex', '--meter=m.csv'],
      ...['--hosted-tools=["code_interpreter"]', '--prices={"input":1,"output":2}', '--record=r', '--record-texts=no'],
    );
    assert.deepEqual(parsed, {
      kind: 'refactor',
      paths: [{ raw: 'a.js' }],
      goal: 'tidy',
      endpoint: 'https://h/v1',
      model: 'm',
      test: ['npm', 'test'],
      testReport: { kind: 'junit', path: 'r.xml' },
      environment: ['DATABASE_URL', 'A'],
      testTimeLimitMs: 30_000,
      sensitivityMs: 20_000,
      stepBudgetMs: 30_000,
      apply: 'always',
      characterizes: false,
      maxTurns: 7,
      isJson: true,
      evidence: undefined,
      allowsTestEdits: true,
      isInPlace: true,
      cwd: '/w',
      options: {
        transport: 'http',
        reasoningEffort: 'high',
        verbosity: 'low',
        serviceTier: 'flex',
        hostedTools: [{ type: 'code_interpreter', container: { type: 'auto' } }],
      },
      prices: { input: 1, cached: 1, output: 2, currency: 'USD' },
      meter: 'm.csv',
      record: 'r',
      recordsTexts: false,
    });
    assert.deepEqual(parseCliArguments(['replay', 'f']), { kind: 'replay', file: 'f' });
  });

  it('says in one sentence what is wrong', () => {
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [[], /No command/],
      [['fix'], /no command "fix"/],
      [['refactor', '--goal', 'x'], /at least one PATH/],
      [['refactor', 'a.js'], /needs a goal/],
      [['refactor', 'a.js', '--goal', '  '], /needs a goal/],
      [['refactor', 'a.js', '--goal'], /--goal/],
      [['refactor', 'a.js', '--goal', 'x', '--aply', 'never'], /--aply/],
      [['refactor', 'a.js', '--goal', 'x', '--json=1'], /--json/],
      [['refactor', 'a.js', '--goal', 'x', '--goal', 'y'], /--goal is given twice/],
      [['refactor', 'a.js:9-3', '--goal', 'x'], /lines of a\.js:9-3/],
      [['refactor', 'a.js:0', '--goal', 'x'], /lines of a\.js:0/],
      [['refactor', 'a.js', '--goal', 'x', '--transport', 'udp'], /--transport must be auto, webSocket, http/],
      [['refactor', 'a.js', '--goal', 'x', '--effort', 'huge'], /--effort must be none/],
      [['refactor', 'a.js', '--goal', 'x', '--hosted-tools', 'web_search'], /--hosted-tools must be a JSON array/],
      [['refactor', 'a.js', '--goal', 'x', '--prices', '{"input":1}'], /--prices must be JSON/],
      [['refactor', 'a.js', '--goal', 'x', '--record', ''], /--record needs the name of a file/],
      [['refactor', 'a.js', '--goal', 'x', '--record-texts', 'no'], /--record, which is not given/],
      [['replay'], /replay needs one FILE/],
      [['replay', 'a', 'b'], /replay needs one FILE/],
      [['replay', 'a', '--json'], /replay does not take --json/],
      [['refactor', 'a', '--goal', 'x', '--list'], /refactor does not take --list/],
      [['refactor', 'a', '--goal', 'x', '--step', '3'], /refactor does not take --step/],
      [['serve', '--upstream', 'http://127.0.0.1/v1', '--env', 'A'], /serve does not take --env/],
      [['undo', 'a.js'], /undo takes no PATH/],
      [['undo', '--step', '0'], /--step must be the number of a step in --list, not "0"/],
      [['undo', '--step', '1', '--list'], /--step or --list, not both/],
      [['undo', '--test', '["npm","test"]'], /does not take --test without --step/],
      [['undo', '--step', '1', '--json'], /undo does not take --json/],
      [['undo', '--apply', 'never'], /undo does not take --apply/],
    ];
    for (const [argv, expected] of cases) {
      const message = messageOf(parseCliArguments(argv));
      assert.match(message, expected);
      assert.ok(message.endsWith('.') && !message.includes('\n'), message);
    }
  });

  it('takes a test command only as an array of texts with a program', () => {
    for (const text of ['npm test', '[]', '[""]', '[1]', '{"a":1}', '"npm"', 'null'])
      assert.match(messageOf(refactor('--test', text)), /--test must be a JSON array/, text);
  });

  it('takes what a given command leaves, and only of such a one', () => {
    for (const text of ['', 'xml', 'junit:', 'junit:/r.xml', 'junit:../r.xml', 'TAP'])
      assert.match(messageOf(refactor('--test=["a"]', `--test-report=${text}`)), /--test-report must be tap, or/, text);
    assert.match(messageOf(refactor('--test-report=tap')), /needs --test\./);
    const verify = parseCliArguments(['verify', '--base=HEAD', '--test=["a"]', '--test-report=tap']);
    assert.ok(verify.kind === 'verify');
    assert.deepEqual(verify.testReport, { kind: 'tap' });
  });

  it('takes only whole counts from 1 on', () => {
    for (const text of ['0', '-1', '1.5', '1e3', 'many', '', ' 5']) {
      assert.match(messageOf(refactor(`--max-turns=${text}`)), /--max-turns/, text);
      assert.match(messageOf(refactor(`--test-time-limit=${text}`)), /--test-time-limit/, text);
    }
  });

  it('reads how long an answer may wait', () => {
    const parsed = refactor('--rate-limit-wait=60', '--reconnect-wait=0');
    assert.ok(parsed.kind === 'refactor');
    assert.deepEqual([parsed.options.maxWaitMs, parsed.options.maxLossMs], [60_000, 0]);
    assert.match(messageOf(refactor('--reconnect-wait=long')), /--reconnect-wait must be whole seconds/);
  });

  it('takes only the three policies', () => {
    for (const text of ['', 'Never', 'yes'])
      assert.match(messageOf(refactor(`--apply=${text}`)), /--apply must be/, text);
  });

  it('gives help and version whatever else stands there', () => {
    assert.deepEqual(parseCliArguments(['refactor', '--help']), { kind: 'help' });
    assert.deepEqual(parseCliArguments(['-v']), { kind: 'version' });
  });

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom('refactor', '--goal', '--test', '--', '-'))),
        (argv) => {
          assert.ok(parseCliArguments(argv).kind !== undefined);
        },
      ),
    );
  });
});

describe('path arguments', () => {
  it('splits lines off the end, and only there', () => {
    assert.deepEqual(parsePathArgument('a.js:3').lines, { path: 'a.js', start: 3, end: 3 });
    assert.deepEqual(parsePathArgument('C:\\a.js:3-9').lines, { path: 'C:\\a.js', start: 3, end: 9 });
    assert.deepEqual(parsePathArgument('a:1/b.js:2-3').lines, { path: 'a:1/b.js', start: 2, end: 3 });
    for (const raw of ['a.js', 'a.js:', 'a.js:x', 'C:\\a.js', ':3', 'a.js:3-'])
      assert.equal(parsePathArgument(raw).lines, undefined, raw);
  });
});
