import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { parseJestJson } from '../../../src/runners/reports/jestJson.ts';
import { parseJunitXml } from '../../../src/runners/reports/junitXml.ts';
import { parseMochaJson } from '../../../src/runners/reports/mochaJson.ts';
import { parseNodeTestEvents } from '../../../src/runners/reports/nodeTestEvents.ts';
import { parseTap } from '../../../src/runners/reports/tap.ts';
import { withIds, type ParsedReport, type ReportedTest } from '../../../src/runners/reports/testIds.ts';

const parsers = { parseJestJson, parseJunitXml, parseMochaJson, parseNodeTestEvents, parseTap };
const place = { roots: ['/copy/app'], cwd: '/copy/app/packages/a' };

function short(report: ParsedReport): unknown {
  if (report.kind === 'unreadable') return report.kind;
  return report.tests.map(({ file, path, outcome }) => `${outcome} ${[file ?? '-', ...path].join(' > ')}`);
}

describe('reports are untrusted', function () {
  this.timeout(30_000);
  const words = [
    '<',
    '>',
    '/',
    '"',
    '=',
    '&',
    ';',
    '[',
    ']',
    '{',
    '}',
    ':',
    ',',
    ' ',
    '\n',
    '\0',
    '#',
    '1..2',
    'ok',
    'not ok',
  ];
  const soup = fc.string({
    unit: fc.constantFrom(
      ...words,
      ...[
        'testsuite',
        'testcase',
        'name',
        'failure',
        '<!DOCTYPE x [<!ENTITY a "b">]>',
        '&a;',
        '<![CDATA[',
        ']]>',
        '<!--',
      ],
      ...[
        '"testResults"',
        '"assertionResults"',
        '"type":"pass"',
        '"nesting"',
        'null',
        '-1',
        '1e999',
        'TAP version 13',
        '    ',
      ],
    ),
    maxLength: 40,
  });

  for (const [name, parse] of Object.entries(parsers)) {
    it(`${name} never throws, whatever comes`, () => {
      fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), soup, fc.json()), (text) => void parse(text)));
    });

    it(`${name} does not take nothing, or junk, for a run without tests`, () => {
      for (const text of ['', ' ', 'null', '[]', '{}', '<html></html>', 'ok then', '\0'])
        assert.equal(parse(text).kind, 'unreadable', JSON.stringify(text));
    });
  }

  it('takes no report that was cut off anywhere', () => {
    const whole = {
      parseJestJson: JSON.stringify({
        testResults: [{ name: 'a', assertionResults: [{ title: 't', status: 'passed' }] }],
      }),
      parseMochaJson: JSON.stringify({ tests: [], passes: [{ fullTitle: 'a' }], failures: [], pending: [] }),
      parseJunitXml: '<testsuites><testsuite name="s"><testcase name="a"/></testsuite></testsuites>',
      parseNodeTestEvents: [
        { type: 'start', nesting: 0, name: 'a' },
        {
          type: 'pass',
          nesting: 0,
          name: 'a',
          file: null,
          isSuite: false,
          isSkipped: false,
          isToDo: false,
          failureType: '',
          message: '',
        },
        { type: 'end' },
      ]
        .map((event) => JSON.stringify(event))
        .join('\n'),
    } as const;
    for (const [name, parse] of Object.entries(parsers)) {
      const text: string | undefined = Object.entries(whole).find(([key]) => key === name)?.[1];
      if (text === undefined) continue;
      assert.equal(parse(text).kind, 'tests', name);
      for (let end = 0; end < text.length; end += 1)
        assert.equal(parse(text.slice(0, end)).kind, 'unreadable', `${name} ${end}`);
    }
  });
});

describe('parseJestJson', () => {
  it('knows a file that failed outside of its tests', () => {
    const file = (name: string, status: string, tests: readonly object[]): object => ({
      name,
      status,
      message: 'could not load',
      assertionResults: tests,
    });
    const text = JSON.stringify({
      testResults: [
        file('/b', 'failed', []),
        file('/a', 'failed', [{ ancestorTitles: ['s'], title: 't', status: 'failed', failureMessages: ['no'] }]),
        file('/c', 'passed', [{ ancestorTitles: null, title: 't', status: 'todo' }]),
      ],
    });
    assert.deepEqual(short(parseJestJson(text)), ['failed /a > s > t', 'failed /b > (file)', 'skipped /c > t']);
  });
});

describe('parseMochaJson', () => {
  it('counts hooks that fail, and finds the report amid other output', () => {
    const report = {
      stats: {},
      tests: [{ fullTitle: 's t', file: '/a' }],
      passes: [{ fullTitle: 's t', file: '/a' }],
      failures: [{ fullTitle: 's "before all" hook', file: '/a', err: { message: 'no' } }],
      pending: [{ fullTitle: 's p', file: null }],
    };
    const expected = ['passed /a > s t', 'failed /a > s "before all" hook', 'skipped - > s p'];
    assert.deepEqual(short(parseMochaJson(JSON.stringify(report))), expected);
    assert.deepEqual(short(parseMochaJson(`some { output\n${JSON.stringify(report, null, 2)}\nmore`)), expected);
  });
});

describe('parseJunitXml', () => {
  it('reads what pytest writes', () => {
    const text = `<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite name="pytest" errors="1" tests="4">
      <testcase classname="t.test_a.TestB" name="test_c[&lt;x&gt;]" file="t/test_a.py" line="3" time="0.1" />
      <testcase classname="t.test_a" name="test_d" file="t/test_a.py"><failure message="no &#10; way">long &amp; text</failure></testcase>
      <testcase classname="t.test_a" name="test_e" file="t/test_a.py"><skipped type="pytest.skip" message="later">s</skipped></testcase>
      <testcase classname="" name="t.test_f"><error message="collection failure"><![CDATA[ <trace> ]]></error></testcase>
      </testsuite></testsuites>`;
    const report = parseJunitXml(text);
    assert.deepEqual(short(report), [
      'passed t/test_a.py > t.test_a.TestB > test_c[<x>]',
      'failed t/test_a.py > t.test_a > test_d',
      'skipped t/test_a.py > t.test_a > test_e',
      'failed - >  > t.test_f',
    ]);
    assert.ok(report.kind === 'tests' && report.tests[1]?.message === 'no \n way\nlong & text');
    assert.ok(report.tests[3]?.message?.includes('<trace>'));
  });

  it('reads failure texts with characters that XML does not allow', () => {
    const report = parseJunitXml(
      '<testsuite><testcase name="a"><failure>\u001B[31mred\0 &#x1B; &#0;</failure></testcase></testsuite>',
    );
    assert.deepEqual(short(report), ['failed - >  > a']);
  });

  it('expands no entity of its own', () => {
    const bomb = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><testsuite><testcase name="&b;"/></testsuite>`;
    assert.equal(parseJunitXml(bomb).kind, 'unreadable');
  });

  it('reads deep nesting', () => {
    const depth = 20_000;
    const report = parseJunitXml(
      `${'<testsuite name="s">'.repeat(depth)}<testcase name="a"/>${'</testsuite>'.repeat(depth)}`,
    );
    assert.ok(report.kind === 'tests' && report.tests.length === 1);
  });
});

describe('withIds', () => {
  const test = (file: string | undefined, path: readonly string[], message?: string): ReportedTest => ({
    file,
    path,
    outcome: 'failed',
    message,
  });

  it('names files below the workspace, wherever it stands', () => {
    const ids = withIds(
      [
        test('/copy/app/src/a.js', ['s', 't']),
        test('file:///copy/app/src/b.js', ['t']),
        test('c.js', ['t']),
        test('/elsewhere/d.js', ['t']),
        test('/copy/apple/e.js', ['t']),
        test(undefined, ['/copy/app/f.js fails']),
        test(undefined, ['', ' two\n lines ']),
        test(undefined, []),
      ],
      place,
    );
    assert.deepEqual(
      ids.map(({ id }) => id),
      [
        'src/a.js › s › t',
        'src/b.js › t',
        'packages/a/c.js › t',
        '/elsewhere/d.js › t',
        '/copy/apple/e.js › t',
        'f.js fails',
        'two lines',
        '(unnamed)',
      ],
    );
  });

  it('numbers those of equal names, and leaves the place out of messages', () => {
    const ids = withIds(
      [test('/copy/app/a', ['t'], 'at /copy/app/a:1\u001B[0m in /copy/app'), test('/copy/app/a', ['t'])],
      place,
    );
    assert.deepEqual(ids, [
      { id: 'a › t', outcome: 'failed', message: 'at a:1 in .' },
      { id: 'a › t #2', outcome: 'failed' },
    ]);
  });

  it('never gives one id twice', () => {
    const names = fc.array(fc.constantFrom('a', 'a #2', 'b', ' a', ''), { maxLength: 12 });
    fc.assert(
      fc.property(names, (all) => {
        const ids = withIds(
          all.map((name) => test(undefined, [name])),
          place,
        );
        assert.equal(new Set(ids.map(({ id }) => id)).size, all.length);
      }),
    );
  });
});
