import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { parseTap } from '../../../src/runners/reports/tap.ts';
import type { ParsedReport } from '../../../src/runners/reports/testIds.ts';

function short(report: ParsedReport): unknown {
  if (report.kind === 'unreadable') return report.kind;
  return report.tests.map(({ file, path, outcome }) => `${outcome} ${[file ?? '-', ...path].join(' > ')}`);
}

describe('parseTap', () => {
  it('reads subtests, directives, groups and a plan that was not met', () => {
    const text = [
      'TAP version 14',
      '# Subtest: parent',
      '    ok 1 - child # SKIP not now',
      '    not ok 2 - other',
      '    1..2',
      'not ok 1 - parent',
      'ok 2 - plain',
      '# a group',
      'not ok 3 known # TODO later',
      'ok 4',
      '1..6',
      '# tests 4',
    ].join('\n');
    assert.deepEqual(short(parseTap(text)), [
      'skipped - > parent > child',
      'failed - > parent > other',
      'passed - > plain',
      'skipped - > a group > known',
      'passed - > a group > (4)',
      'failed - > (plan)',
    ]);
  });

  /** What node-tap 21 prints for two files, times and diagnostics included. */
  const nodeTap = (time: string): string =>
    `TAP version 14
1..2
# Subtest: test/a.js
    # Subtest: adds
        ok 1 - two \\# with hash \\\\ and slash
        ok 2 - should be equal
        1..2
    ok 1 - adds # time=${time}
    
    # Subtest: suite
        # Subtest: inner \\# one
            ok 1 - yes
            # hi
            1..1
        ok 1 - inner \\# one # time=${time}
        
        ok 2 - skipped # SKIP why \\# not
        ok 3 - later # TODO
        1..3
    ok 2 - suite # time=${time}
    
    ok 3 - skip me # skip
    not ok 4 - todo me # Todo x
    1..4
    # time=${time}
ok 1 - test/a.js # time=${time}

# Subtest: test/b.js
    # Subtest: fails
        not ok 1 - same
          ---
          diff: |
            --- expected
            +++ actual
            @@ -1,3 +1,3 @@
            ok 7 - this is no result
          source: |
            t.test('fails', t => { t.same({a:1},{a:2}, 'same'); t.end(); });
            -------------------------^
          ...
        
        1..1
    not ok 1 - fails # time=${time}
      ---
      at:
        lineNumber: 2
      ...
    
    1..1
    # time=${time}
not ok 2 - test/b.js # time=${time}
  ---
  args:
    - /tmp/test/b.js
  exitCode: 1
  ...

# { total: 11, pass: 6, fail: 1, todo: 2, skip: 2 }
# time=${time}
`;

  it('reads what node-tap writes: times and diagnostics are no part of a title, escapes are', () => {
    const first = short(parseTap(nodeTap('259ms')));
    assert.deepEqual(first, [
      'passed - > test/a.js > adds > two # with hash \\ and slash',
      'passed - > test/a.js > adds > should be equal',
      'passed - > test/a.js > suite > inner # one > yes',
      'skipped - > test/a.js > suite > skipped',
      'skipped - > test/a.js > suite > later',
      'skipped - > test/a.js > skip me',
      'skipped - > test/a.js > todo me',
      'failed - > test/b.js > fails > same',
    ]);
    assert.deepEqual(short(parseTap(nodeTap('1.5e-2ms'))), first);
  });

  it('reads subtests in brackets behind their test', () => {
    const text = [
      'TAP version 13',
      'ok 1 - outer # time=5.2ms {',
      '    ok 1 - brace {',
      '    not ok 2 - inner # time=1ms {',
      '        not ok 1 - deep',
      '        1..1',
      '    }',
      '    1..2',
      '}',
      'ok 2 - plain {',
      '1..2',
    ].join('\n');
    assert.deepEqual(short(parseTap(text)), [
      'passed - > outer > brace {',
      'failed - > outer > inner > deep',
      'passed - > plain {',
    ]);
  });

  it('hides no failure behind a diagnostic that does not end, a time or a word that is no directive', () => {
    const text = [
      'TAP version 14',
      'ok 1 - a',
      '  ---',
      '  never: ended',
      'not ok 2 - b # time=3ms',
      'not ok 3 - c # skipping is another word',
      'not ok 4 - d \\# SKIP',
      '---',
      'not ok 5 - e # time=now # time=4ms',
      '1..5',
    ].join('\n');
    assert.deepEqual(short(parseTap(text)), [
      'passed - > a',
      'failed - > b',
      'failed - > c # skipping is another word',
      'failed - > d # SKIP',
      'failed - > e # time=now',
    ]);
  });

  it('does not believe output without a plan, which may be cut off', () => {
    assert.equal(parseTap('TAP version 13\nok 1 - a').kind, 'unreadable');
  });

  it('takes no prose for it', () => assert.equal(parseTap('ok, 1 test\nnot ok').kind, 'unreadable'));
});
