import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { analyze } from '../../../src/engine/analyst/analyze.ts';
import type { Intent } from '../../../src/engine/analysis/refactoring.ts';
import { assertBecomes, assertStays, loadFirst, rewriteAll } from '../../support/rewriting.ts';

loadFirst();

/** What a careful reviewer would send back, found by reading diffs of public projects. */
describe('a reviewer', () => {
  const becomes = (rule: string, before: string, after: string, intent: Intent = 'optimize', path?: string): void =>
    assertBecomes(rule, intent, before, after, path);
  const stays = (rule: string, text: string, intent: Intent = 'optimize', path?: string): void =>
    assertStays(rule, intent, text, path);

  it('sees no statement behind a brace', () =>
    becomes(
      'no-else-return',
      'export function f(a) {\n  if (a > 1) {\n    return 1;\n  } else if (a > 0) {\n    return 2;\n  } else {\n    return g(a);\n  }\n}\n',
      'export function f(a) {\n  if (a > 1) {\n    return 1;\n  } else if (a > 0) {\n    return 2;\n  }\n  return g(a);\n}\n',
    ));
  it('keeps a chain of cases together', () =>
    stays(
      'no-else-return',
      'export function f(a) {\n  if (a > 1) {\n    return 1;\n  } else if (a > 0) {\n    g(2);\n  }\n}\n',
    ));
  it('finds no blank line where a statement stood last', () =>
    becomes(
      'no-useless-return',
      'export function f(a) {\n  a();\n\n  return;\n}\n',
      'export function f(a) {\n  a();\n}\n',
    ));
  it('likes undefined said where other places return values, and blocks that are not empty', () => {
    stays('no-useless-undefined', 'export function f(a) {\n  if (a) return undefined;\n  return 1;\n}\n');
    stays('no-useless-undefined', 'export function f(a) {\n  try { a(); } catch {\n    return undefined;\n  }\n}\n');
    stays('no-useless-undefined', 'export function f(a, b = undefined) {\n  return a(b);\n}\n');
    becomes('no-useless-undefined', 'let a = undefined;\nexport { a };\n', 'let a;\nexport { a };\n');
  });
  it('wants a choice in parentheses behind an arrow, and short lines', () => {
    becomes(
      'arrow-body-style',
      'export const f = (a) => {\n  return a ? 1 : 2;\n};\n',
      'export const f = (a) => (a ? 1 : 2);\n',
    );
    const long = 'theFirstOfTwoLongNames(argument) + theSecondOfTwoLongNames(argument)';
    becomes(
      'arrow-body-style',
      `export const calculate = (argument) => {\n  return ${long};\n};\n`,
      `export const calculate = (argument) =>\n  ${long};\n`,
    );
    stays('arrow-body-style', `export const sum = go((argument) => {\n  return ${long};\n}, 0);\n`);
  });
  it('wants spaces around the operator that replaces Math.pow', () =>
    becomes(
      'prefer-exponentiation-operator',
      'export const f = (a, b) => Math.pow(10, g(a)) + Math.pow(a.b, -b);',
      'export const f = (a, b) => 10 ** g(a) + a.b ** -b;',
    ));
  it('takes no switch that is longer than the conditions', () =>
    stays(
      'prefer-switch',
      'export function f(a, b) {\n  if (a === 1) b.x = 1;\n  else if (a === 2) b.y = 1;\n  else if (a === 3) b.z = 1;\n  else if (a === 4) b.u = 1;\n}\n',
    ));
  it('takes no chain of which some branches have braces', () =>
    stays(
      'no-lonely-if',
      'export function f(a, b) {\n  if (a) {\n    g();\n  } else {\n    if (b) h();\n    else i();\n  }\n}\n',
    ));
  it('asks for a method that says more, not for another spelling of the same', () =>
    stays('prefer-string-replace-all', "export const f = (a: string) => a.replace(/\\s/g, '');", 'optimize', 'a.ts'));
  it('wants no sums within template literals', () =>
    stays('prefer-template', "export const f = (a: string, b: string) => a + b + '\\n';", 'optimize', 'a.ts'));
  it('wants elements with names', () => {
    const loop = (list: string, read: string): string =>
      `export function f(row: number[], ${list}: number[]) {\n  let sum = row.length;\n  ${read}\n  return sum;\n}\n`;
    for (const [list, name] of [
      ['birdsPerDay', 'bird'],
      ['counterArray', 'counter'],
      ['rows', 'eachRow'],
      ['buf', 'element'],
    ] as const)
      becomes(
        'no-for-loop',
        loop(list, `for (let i = 0; i < ${list}.length; i++) {\n    sum += ${list}[i];\n  }`),
        loop(list, `for (const ${name} of ${list}) {\n    sum += ${name};\n  }`),
        'optimize',
        'a.ts',
      );
  });
  it('takes entries() for an index only when asked for loops by name', () => {
    const text =
      'export function f(a: number[]) {\n  let s = 0;\n  for (let i = 0; i < a.length; i++) {\n    s += i * a[i];\n  }\n  return s;\n}\n';
    assert.deepEqual(rewriteAll('a.ts', text, 'optimize').rules, []);
    assert.deepEqual(rewriteAll('a.ts', text, 'forOf').rules, ['for-of-entries']);
  });
  it('wants a chain of promises rewritten as a whole or not at all', () =>
    stays(
      'promise-chain-to-async',
      'export const f = () => ask().catch(() => { return again().then(() => ask()); }, 1).then((a) => a);\n',
      'asyncAwait',
    ));
  it('wants a variable declared where it gets its only value', () => {
    becomes(
      'prefer-ternary',
      'export function f(a, b) {\n  let c;\n  if (a < b) {\n    c = a;\n  } else {\n    c = b;\n  }\n  return c;\n}\n',
      'export function f(a, b) {\n  const c = a < b ? a : b;\n  return c;\n}\n',
    );
    stays('join-declaration', 'export function f(a) {\n  let c;\n  c = a;\n  c += 1;\n  return c;\n}\n');
    stays('join-declaration', 'export function f(a) {\n  let c;\n  c = a(() => c);\n  return c;\n}\n');
    stays('join-declaration', 'let c;\nc = g();\nfunction g() {\n  return c;\n}\nexport { c };\n');
    stays('join-declaration', 'export let c;\nc = 1;\n');
  });
  it('wants the condition instead of true or false by it', () => {
    const f = (body: string): string => `export function f(a, b) {\n${body}}\n`;
    const both = '  if (a === b) {\n    return true;\n  } else {\n    return false;\n  }\n';
    becomes('return-condition', f(both), f('  return a === b;\n'));
    becomes('return-condition', f('  if (a === b) return false;\n  return true;\n'), f('  return a !== b;\n'));
    stays('return-condition', f('  if (a) {\n    return true;\n  }\n  return false;\n'));
    stays('return-condition', f('  if (a < b) {\n    return false;\n  }\n  return true;\n'));
    stays('return-condition', f('  if (b()) return false;\n  if (a === b) return true;\n  return false;\n'));
    stays('return-condition', f('  if (a === b) {\n    // known\n    return true;\n  }\n  return false;\n'));
  });
  it('counts on no comment where a list of nodes would do but lacks the method', () => {
    const last = '/** @param {Element[]} nodes */\nexport const last = (nodes) => nodes[nodes.length - 1];\n';
    const other = '/** @param {Element[]} all */\nexport const ids = (all) => all.map((one) => one.id);\n';
    stays('prefer-at', `// @ts-check\n${last}`);
    becomes('prefer-at', last + other, last.replace('nodes[nodes.length - 1]', 'nodes.at(-1)') + other);
  });
  it('sees no lens for what the types of the file do not allow', () => {
    const f = (use: string): string => `export function f(a: string[]) {\n  ${use};\n}\n`;
    stays('prefer-at', f('return a[a.length - 1].length'), 'optimize', 'a.ts');
    assert.deepEqual(
      analyze({ path: 'a.ts', text: f('return a[a.length - 1].length'), intent: 'optimize' }).findings,
      [],
    );
    becomes('prefer-at', f("return a[a.length - 1] === 'x'"), f("return a.at(-1) === 'x'"), 'optimize', 'a.ts');
  });
  it('knows that tests call private methods', () =>
    stays('remove-unused-declaration', 'export class A {\n  private go() {}\n}\n', 'removeDeadCode', 'a.ts'));
  it('leaves long callbacks in the chain that they stand in', () =>
    stays(
      'prefer-array-from-map',
      "export const f = (a: string) =>\n  [...a]\n    .map((b) => {\n      return b + a;\n    })\n    .join('');\n",
      'optimize',
      'a.ts',
    ));
});
