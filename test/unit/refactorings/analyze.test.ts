import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import ts from 'typescript';
import { analyze, createAnalyze } from '../../../src/engine/analyst/analyze.ts';
import type { Intent } from '../../../src/engine/analysis/refactoring.ts';
import { refactoringsFor } from '../../../src/engine/refactorings/table.ts';
import { loadFirst, rewriteAll } from '../../support/rewriting.ts';

loadFirst();

const messy = `#!/usr/bin/env node
'use strict';
// Reports, as of old.
var util = require('util');
var fs = require('fs');

/** @param {string[]} blocked */
function report(orders, blocked) {
  var lines = [];
  for (var i = 0; i < orders.length; i++) {
    var order = orders[i];
    if (!blocked.includes(order.id)) {
      lines.push(util.format('%s', order.id)); // one each
    } else {
      if (order.old) {
        lines.push('-');
      }
    }
  }
  return lines;
}

/** @param {{ total: number, note: string }[]} orders */
function first(orders) {
  var found = orders.filter(function (order) {
    return order.total > 10;
  })[0];
  if (found) {
    return { found: found, note: 'note: ' + found.note };
  } else {
    return undefined;
  }
}

module.exports = { report: report, first };
`;

function parses(text: string, path: string): boolean {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  const { diagnostics } = ts.transpileModule(text, { fileName: path, reportDiagnostics: true });
  return file.endOfFileToken !== undefined && (diagnostics ?? []).length === 0;
}

describe('analyze', function () {
  this.timeout(60_000);

  it('works everything off, and a second analysis finds nothing', () => {
    for (const intent of ['optimize', 'modernize', 'simplify', 'removeDeadCode'] as const) {
      const { text } = rewriteAll('a.js', messy, intent);
      assert.deepEqual(
        analyze({ path: 'a.js', text, intent }).steps.map(({ id }) => id),
        [],
        text,
      );
    }
  });

  it('keeps shebang, directives and comments', () => {
    const { text } = rewriteAll('a.js', messy, 'optimize');
    assert.ok(text.startsWith("#!/usr/bin/env node\n'use strict';\n// Reports, as of old.\n"));
    for (const comment of ['// one each', '/** @param {string[]} blocked */']) assert.ok(text.includes(comment));
  });

  it('any subset of the steps in order gives text that parses', () => {
    const { steps } = analyze({ path: 'a.js', text: messy, intent: 'optimize' });
    assert.ok(steps.length > 8);
    fc.assert(
      fc.property(fc.subarray([...steps.keys()]), (indexes) => {
        let text = messy;
        for (const index of indexes) text = steps[index]?.apply(text) ?? text;
        return parses(text, 'a.cjs');
      }),
      { numRuns: 12 },
    );
  });

  it('gives equal answers to equal questions, from a fresh analysis too', () => {
    const tell = (analysis: ReturnType<typeof analyze>): unknown => [
      analysis.findings,
      analysis.steps.map(({ id, title, startLine, endLine }) => [id, title, startLine, endLine]),
    ];
    const request = { path: 'a.js', text: messy, intent: 'optimize' } as const;
    assert.deepEqual(tell(analyze(request)), tell(analyze(request)));
    assert.deepEqual(tell(createAnalyze()(request)), tell(analyze(request)));
  });

  it('gives each step its own id, and lines of the text', () => {
    const { steps } = analyze({ path: 'a.js', text: messy, intent: 'optimize' });
    assert.equal(new Set(steps.map(({ id }) => id)).size, steps.length);
    const lines = messy.split('\n').length;
    for (const { startLine, endLine } of steps) assert.ok(startLine >= 1 && startLine <= endLine && endLine <= lines);
  });

  it('changes nothing outside of the focus, also after other steps have moved it', () => {
    const focus = { startLine: 24, endLine: 33 };
    const before = messy.split('\n');
    const { text, rules } = rewriteAll('a.js', messy, 'optimize', focus);
    assert.ok(rules.includes('prefer-array-find'));
    assert.deepEqual(text.split('\n').slice(0, 23), before.slice(0, 23));
    assert.ok(text.endsWith(before.slice(33).join('\n')));
    const { steps } = analyze({ path: 'a.js', text: messy, intent: 'optimize', focus });
    const moved = messy.replace('var fs', '// moved\n\n\nvar fs');
    for (const step of steps) {
      const after = step.apply(moved);
      if (after !== undefined) assert.ok(after.includes(before.slice(7, 22).join('\n')), step.id);
    }
  });

  it('does not apply where the code is gone', () => {
    for (const step of analyze({ path: 'a.js', text: messy, intent: 'optimize' }).steps)
      assert.equal(step.apply('module.exports = 1;\n'), undefined);
  });

  it('says that a file does not parse, and proposes nothing', () => {
    const { findings, steps } = analyze({ path: 'a.js', text: 'var a = 1;\nfunction (', intent: 'optimize' });
    assert.deepEqual(steps, []);
    assert.deepEqual(
      findings.map(({ rule, startLine, isFixable }) => [rule, startLine, isFixable]),
      [['syntax-error', 2, false]],
    );
  });

  it('does not apply to text that does not parse', () => {
    const [step] = analyze({ path: 'a.js', text: messy, intent: 'modernize' }).steps;
    assert.ok(step);
    assert.equal(step.apply(`${messy}\n)`), undefined);
  });

  it('knows nothing of other languages', () => {
    for (const path of ['a.py', 'README.md', 'types.d.ts', 'a.json', 'js'])
      assert.deepEqual(analyze({ path, text: 'var a = 1', intent: 'optimize' }), { findings: [], steps: [] });
  });

  it('takes empty and odd texts', () => {
    for (const text of ['', '\n', '\uFEFFvar a = 1;', '// only this', '"use strict"'])
      for (const path of ['a.js', 'a.ts', 'a.tsx', 'a.cjs', 'a.mts'])
        assert.doesNotThrow(() => analyze({ path, text, intent: 'optimize' }));
  });
});

describe('the look of a file', function () {
  this.timeout(60_000);
  const intents: readonly Intent[] = ['optimize', 'asyncAwait', 'organizeImports', 'removeDeadCode'];
  const async =
    '\nfunction load(id) {\n  return fetch(id).then((r) => {\n    return r.json();\n  }).catch(() => null);\n}\nmodule.exports.load = load;\n';

  const everything = (text: string): string =>
    intents.reduce((current, intent) => rewriteAll('a.js', current, intent).text, text);
  const plain = everything(messy + async);

  it('line ends', () =>
    assert.equal(everything((messy + async).replaceAll('\n', '\r\n')), plain.replaceAll('\n', '\r\n')));
  it('tabs', () => {
    const tabs = (text: string): string => text.replaceAll(/^(?: {2})+/gm, (spaces) => '\t'.repeat(spaces.length / 2));
    assert.equal(everything(tabs(messy + async)), tabs(plain));
  });
  it('no line end at the end', () => assert.equal(everything((messy + async).trimEnd()), plain.trimEnd()));
  it('four spaces', () => {
    const four = (text: string): string => text.replaceAll(/^(?: {2})+/gm, (spaces) => spaces + spaces);
    assert.equal(everything(four(messy + async)), four(plain));
  });
  it('no semicolons', () => {
    const bare = (messy + async).replaceAll(/;$/gm, '').replaceAll('; //', ' //');
    assert.ok(!everything(bare).includes(';\n'), everything(bare));
  });
});

describe('the table', () => {
  it('has each name once', () => {
    const rules = refactoringsFor('optimize').map(({ rule }) => rule);
    assert.deepEqual(
      rules.filter((rule, index) => rules.indexOf(rule) !== index),
      [],
    );
  });
});
