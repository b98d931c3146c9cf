import { strict as assert } from 'node:assert';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import ts from 'typescript';
import { createFindSubjects } from '../../src/engine/characterizing/findSubjects.ts';
import type { Outcome } from '../../src/engine/planner/tests/probe.ts';
import { readManifest } from '../../src/engine/planner/tests/runner.ts';
import { styleOf } from '../../src/engine/planner/tests/style.ts';
import { testText, titled } from '../../src/engine/planner/tests/testText.ts';
import { runnerOf } from '../../src/runners/table.ts';
import { avaFolder, installAva } from '../support/ava.ts';
import { installJasmine, jasmineFolder } from '../support/jasmine.ts';
import { writeTestsFor } from '../support/engineTests.ts';
import { fingerprint, outcomes, VerifierProject } from '../support/verifierProject.ts';

const { signal } = new AbortController();

const script = `"use strict"
function clean(words) {
  const out = []
  for (let i = 0; i < words.length; i++) out.push(words[i].trim())
  words.push("x")
  return out
}
async function later(n) {
  if (n < 0) throw new RangeError("it's negative: \\"" + n + '"')
  return { n, list: new Set([n]), "a-b": undefined, zero: -0 }
}
let calls = 0
const seen = new Map()
function counted(n) { return seen.set(n, (seen.get(n) ?? 0) + 1).get(n) + seen.size }
function unlike(n) { return [n, Symbol("a")] }
function now() { return Date.now() + calls }
module.exports = { clean, later, counted, unlike, now }
`;

describe('characterization tests of the embedded engine', function () {
  this.timeout(600_000);
  let project: VerifierProject;
  beforeEach(() => {
    project = new VerifierProject();
  });
  afterEach(() => project.dispose());

  it('are recorded from the tests of the project and pass on the code that they come from', async () => {
    project.write('package.json', '{"scripts":{"test":"mocha"}}');
    project.write('src/cart.js', script);
    project.write('test/known.test.js', 'const assert = require("assert")\nit("is known", () => assert.ok(true))\n');
    project.install(['mocha']);
    const before = fingerprint(project.root);
    const verifier = project.verifier();
    const { said, proposal } = await writeTestsFor(project.root, verifier, 'Write tests for src/cart.js');
    assert.equal(fingerprint(project.root), before);
    const [file] = proposal.changes;
    assert.ok(file?.kind === 'create' && proposal.changes.length === 1, said);
    assert.equal(file.path, 'test/cart.test.js');
    const { text } = file.after;
    assert.match(
      text,
      /const given = \["x", "a", "b"\]\n {4}assert\.deepEqual\(clean\(given\), \["x", "a", "b"\]\)\n {4}assert\.deepEqual\(given, /,
    );
    assert.match(text, /await assert\.rejects\(later\(-2\), \{ name: "RangeError", message: /);
    assert.match(text, /zero: -0 \}/);
    assert.ok(!text.includes(';\n'), 'written as the file that it tests');
    assert.match(said, /now \(it depends on the clock\)/);
    assert.match(said, /gave what cannot be written down/);
    // What does not come out the same in the order of the final file is left out.
    project.write(file.path, text);
    verifier.invalidate();
    const results = Object.values(outcomes(await verifier.baseline(signal)));
    assert.ok(results.length > 12 && results.every((one) => one === 'passed'), text);
  });

  const runners: readonly (readonly [runner: string, command: string, ending: string])[] = [
    ['jest', 'jest', 'js'],
    ['vitest', 'vitest run', 'ts'],
    ['nodeTest', 'node --test', 'mjs'],
    ['ava', 'ava', 'mjs'],
    ['jasmine', "jasmine 'test/**/*.mjs'", 'mjs'],
  ];
  for (const [runner, command, extension] of runners)
    it(`pass in the idiom of ${runner}, whatever the functions are called`, async function () {
      if (runner === 'ava' && !existsSync(join(avaFolder, 'node_modules/ava'))) {
        console.log('      not run here: ava is not installed');
        return this.skip();
      }
      if (runner === 'jasmine' && !existsSync(join(jasmineFolder, 'node_modules/jasmine'))) {
        console.log('      not run here: jasmine is not installed');
        return this.skip();
      }
      const isScript = extension === 'js';
      const functions = `function describe(items, kind) { return items.length + kind; }
async function fail(text) { throw new TypeError("it's \\"" + text + '"'); }
function it(list) { list.push(1); return { list, when: new Date(0), "a-b": undefined }; }
`;
      const typed = functions
        .replace('items, kind', 'items: number[], kind: string')
        .replace('(text)', '(text: string)')
        .replace('(list)', '(list: number[])');
      const exported = isScript
        ? 'module.exports = { describe, fail, it };\n'
        : 'export { describe, fail };\nexport default it;\n';
      const text = `${extension === 'ts' ? typed : functions}${exported}`;
      const [path, testPath] = [`src/cart.${extension}`, `test/cart.test.${extension}`];
      project.write('package.json', JSON.stringify({ scripts: { test: command } }));
      project.write(path, text);
      if (runner === 'ava') installAva(project.root);
      else if (runner === 'jasmine') installJasmine(project.root);
      else project.install(runner === 'nodeTest' ? [] : [runner]);
      const found = createFindSubjects()({ path, text, ranges: [], modules: [] });
      assert.ok(found.kind === 'subjects');
      const outcomeOf = (
        name: string,
        [first = '']: readonly string[],
        values: readonly string[],
      ): Exclude<Outcome, { kind: 'unfit' }> => {
        const own = (source: string): string => JSON.stringify(eval(source));
        if (name === 'describe')
          return {
            kind: 'value',
            text: own(`(${values[0]}).length + ${values[1]}`),
            isPromise: false,
            changed: new Map(),
          };
        if (name === 'fail')
          return { kind: 'error', name: 'TypeError', message: `it's "${String(eval(first))}"`, isPromise: true };
        const list = `[${[...(eval(first) as unknown[]), 1].join(', ')}]`;
        return {
          kind: 'value',
          text: `{ list: ${list}, when: new Date('1970-01-01T00:00:00.000Z'), "a-b": undefined }`,
          isPromise: false,
          changed: new Map([[0, list]]),
        };
      };
      const calls = found.subjects.flatMap((subject) =>
        subject.cases
          .slice(0, 6)
          .map((values) => ({ subject, values, outcome: outcomeOf(subject.export.name, values, values) })),
      );
      const idiom = runnerOf({ runner })?.testIdiom;
      assert.ok(idiom);
      const style = styleOf({
        idiom,
        manifest: readManifest(project.read('package.json')),
        testPath,
        path,
        text,
        isModule: found.isModule,
        example: undefined,
      });
      const written = testText(titled(calls), style, found.isModule);
      assert.deepEqual(ts.transpileModule(written, { fileName: testPath, reportDiagnostics: true }).diagnostics, []);
      project.write(testPath, written);
      const results = Object.values(outcomes(await project.verifier().baseline(signal)));
      assert.ok(
        results.length === calls.length && results.every((one) => one === 'passed'),
        `${written}\n${results.join()}`,
      );
    });
});
