import { strict as assert } from 'node:assert';
import { afterEach, beforeEach, describe, it } from 'mocha';
import fc from 'fast-check';
import { parseGoTestJson } from '../../src/runners/reports/goTestJson.ts';
import { parseLibtest } from '../../src/runners/reports/libtest.ts';
import { parseUnittestEvents } from '../../src/runners/reports/unittestEvents.ts';
import { parseConfiguredReport, type ConfiguredReport } from '../../src/runners/reports/configuredReport.ts';
import type { TestRun } from '../../src/workspace/verification.ts';
import { coveredRun } from '../support/coverageRun.ts';
import { outcomes, VerifierProject } from '../support/verifierProject.ts';

const junit = '<testsuites><testsuite name="s"><testcase classname="a" name="one"/></testsuite></testsuites>';

describe('a configured command with results', () => {
  let project: VerifierProject;
  beforeEach(() => {
    project = new VerifierProject();
  });
  afterEach(() => project.dispose());

  async function run(script: string, results: ConfiguredReport): Promise<TestRun> {
    project.write('run.js', script);
    return (await coveredRun(project.root, project.copies, ['node', 'run.js'], results)).run;
  }

  function reasonOf(found: TestRun): string {
    return found.kind === 'crashed' ? found.outputTail : found.kind;
  }

  it('is read from the JUnit file that it names', async () => {
    const script = `require('fs').mkdirSync('out'); require('fs').writeFileSync('out/r.xml', ${JSON.stringify(junit)});`;
    assert.deepEqual(outcomes(await run(script, { kind: 'junit', path: 'out/r.xml' })), { 'a › one': 'passed' });
  });

  it('is read from TAP on standard output', async () =>
    assert.deepEqual(
      outcomes(await run("console.log('TAP version 13\\nok 1 - one\\nnot ok 2 - two\\n1..2')", { kind: 'tap' })),
      {
        one: 'passed',
        two: 'failed',
      },
    ));

  it('needs a report of this very run', async () => {
    project.write('r.xml', junit);
    const { utimesSync } = await import('node:fs');
    utimesSync(`${project.root}/r.xml`, 1, 1);
    assert.match(reasonOf(await run('', { kind: 'junit', path: 'r.xml' })), /r\.xml was not written/);
  });

  it('that keeps its promise badly gives a reason, never results', async () => {
    for (const text of ['', 'prose', '<testsuites><testsuite>', '{"tests":[]}', 'ok 1 - one']) {
      const script = `require('fs').writeFileSync('r.xml', ${JSON.stringify(text)}); console.log(${JSON.stringify(text)});`;
      for (const results of [{ kind: 'junit', path: 'r.xml' }, { kind: 'tap' }] as const) {
        const found = await run(script, results);
        assert.match(reasonOf(found), /left no results that can be read: /, `${results.kind} ${text}`);
      }
    }
  });

  it('fails by its exit code when no test does', async () => {
    const found = await run("console.log('TAP version 13\\nok 1 - one\\n1..1'); process.exitCode = 3;", {
      kind: 'tap',
    });
    assert.deepEqual(Object.values(outcomes(found)).sort(), ['failed', 'passed']);
  });

  it('is written as junit:PATH or tap', () => {
    assert.deepEqual(parseConfiguredReport('junit:a b/r.xml'), { kind: 'junit', path: 'a b/r.xml' });
    assert.deepEqual(parseConfiguredReport('tap'), { kind: 'tap' });
    const elsewhere = ['junit:/tmp/r.xml', 'junit:../r.xml', 'junit:a/../../r.xml', 'junit:.', 'junit:..', 'junit:a\0'];
    for (const wrong of ['', 'junit', 'junit:', 'xml:a', ...elsewhere])
      assert.equal(parseConfiguredReport(wrong), undefined);
  });
});

describe('reports of other languages', () => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom(
      ...['running 2 tests', 'test a ... ok', 'test a::b - should panic ... FAILED', 'failures:', '---- a stdout ----'],
      ...['test result: ok. 1 passed', '{"Action":"run","Package":"p","Test":"T"}', '{"Action":"fail","Package":"p"}'],
      ...['{"type":"end"}', '{"type":"test","file":null,"path":["a"],"outcome":"passed","message":""}', '{"Action":1}'],
    ),
  );
  const text = fc.array(line, { maxLength: 12 }).map((lines) => lines.join('\n'));

  it('never throw, whatever is in them', () =>
    fc.assert(
      fc.property(text, text, (one, other) => {
        for (const parsed of [parseGoTestJson(one), parseLibtest(one, other), parseUnittestEvents(one)])
          assert.ok(parsed.kind === 'tests' || parsed.reason.length > 0);
      }),
    ));

  it('that were cut at any place do not say that all passed', () => {
    const libtest = 'running 2 tests\ntest a ... ok\ntest b ... ok\n\ntest result: ok. 2 passed; 0 failed\n';
    const unittest = '{"type":"test","file":null,"path":["a"],"outcome":"passed","message":""}\n{"type":"end"}';
    const go = ['{"Action":"run","Package":"p","Test":"T"}', '{"Action":"run","Package":"p","Test":"U"}'].join('\n');
    for (let at = 0; at < libtest.indexOf('. 2 passed'); at += 1)
      assert.ok(!isGreen(parseLibtest(libtest.slice(0, at), '')), `${at}`);
    for (let at = 0; at < unittest.length - 1; at += 1)
      assert.ok(!isGreen(parseUnittestEvents(unittest.slice(0, at))), `${at}`);
    assert.ok(!isGreen(parseGoTestJson(go)));
  });
});

function isGreen(parsed: ReturnType<typeof parseGoTestJson>): boolean {
  return (
    parsed.kind === 'tests' && parsed.tests.length > 0 && parsed.tests.every(({ outcome }) => outcome === 'passed')
  );
}
