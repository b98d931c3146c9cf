import { describe, it } from 'mocha';
import { assertBecomes, assertStays, loadFirst } from '../../support/rewriting.ts';

loadFirst();

const becomes = (rule: string, before: string, after: string, path?: string): void =>
  assertBecomes(rule, 'simplify', before, after, path);
const stays = (rule: string, text: string, path?: string): void => assertStays(rule, 'simplify', text, path);

describe('simplify', () => {
  it('drops else after return', () =>
    becomes(
      'no-else-return',
      'export function f(a) {\n  if (a) {\n    return 1;\n  } else {\n    console.log(a);\n    return 2;\n  }\n}\n',
      'export function f(a) {\n  if (a) {\n    return 1;\n  }\n  console.log(a);\n  return 2;\n}\n',
    ));
  it('keeps else where its names would meet others', () =>
    stays(
      'no-else-return',
      'export function f(a) {\n  const b = 1;\n  if (a) {\n    return b;\n  } else {\n    const b = 2;\n    return b;\n  }\n}\n',
    ));
  it('joins nested conditions', () =>
    becomes(
      'no-lonely-if',
      'export function f(a, b) {\n  if (a) {\n    return 1;\n  } else {\n    if (b) {\n      return 2;\n    }\n  }\n}\n',
      'export function f(a, b) {\n  if (a) {\n    return 1;\n  } else if (b) {\n    return 2;\n  }\n}\n',
    ));
  it('keeps what stands between', () =>
    stays(
      'no-lonely-if',
      'export function f(a, b) { if (a) { return 1; } else { console.log(1); if (b) { return 2; } } }',
    ));
  it('keeps a comment between', () =>
    stays(
      'no-lonely-if',
      'export function f(a, b) {\n  if (a) {\n    return 1;\n  } else {\n    // only then\n    if (b) {\n      return 2;\n    }\n  }\n}\n',
    ));
  it('drops a choice between true and false', () =>
    becomes(
      'no-unneeded-ternary',
      'export const f = (a, b) => (a === b ? true : false);',
      'export const f = (a, b) => (a === b);',
    ));
  it('does not drop a choice between other values', () =>
    stays('no-unneeded-ternary', 'export const f = (a) => (a ? 1 : 0);'));
  it('does not call twice less', () =>
    stays('prefer-logical-operator-over-ternary', 'export const f = (a) => (a() ? a() : 1);'));
  it('uses a logical operator', () =>
    becomes('no-unneeded-ternary', 'export const f = (a) => (a ? a : 1);', 'export const f = (a) => (a || 1);'));
  it('drops undefined', () =>
    becomes('no-useless-undefined', 'export function f() { return undefined; }', 'export function f() { return; }'));
  it('keeps an argument that is counted', () => stays('no-useless-undefined', 'export const f = (g) => g(undefined);'));
  it('uses the operator with assignment', () =>
    becomes(
      'operator-assignment',
      'export function f(a, b) { a = a + b; return a; }',
      'export function f(a, b) { a += b; return a; }',
    ));
  it('keeps a target that would be evaluated once less', () =>
    stays('operator-assignment', 'export function f(a, i) { a[i()] = a[i()] + 1; }'));
  it('keeps the order of what is not commutative', () =>
    stays('operator-assignment', "export function f(a) { a = 'x' + a; return a; }"));
  it('uses dots', () => becomes('dot-notation', "export const f = (a) => a['b'];", 'export const f = (a) => a.b;'));
  it('keeps the way around private', () =>
    stays('dot-notation', "class A { private b = 1; }\nexport const f = (a: A) => a['b'];\n", 'a.ts'));
  it('keeps a copy that protects the loop', () =>
    stays(
      'no-useless-spread',
      'export function f(/** @type {Set<number>} */ s) { for (const x of [...s]) s.delete(x); }',
    ));
  it('turns constants around, ranges not', () => {
    becomes('yoda', "export const f = (a) => 'x' === a;", "export const f = (a) => a === 'x';");
    stays('yoda', 'export function f(a) { if (0 < a && a < 5) return 1; return 2; }');
  });
  it('keeps a long choice as it is', () =>
    stays(
      'prefer-ternary',
      `export function f(a) {
  if (a) {
    return 'a long explanation of what has happened to the thing';
  } else {
    return 'another long explanation of what has not happened to it';
  }
}
`,
    ));
});
