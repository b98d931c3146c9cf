import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import ts from 'typescript';
import { canOutline, outlineOf } from '../../../src/node/tsOutline.ts';
import type { OutlineSymbol } from '../../../src/workspace/language.ts';

function lines(symbols: readonly OutlineSymbol[], depth = 0): string[] {
  return symbols.flatMap(({ kind, name, range, children }) => [
    `${'  '.repeat(depth)}${kind} ${name} ${range.start.line}-${range.end.line}`,
    ...lines(children, depth + 1),
  ]);
}

describe('outline by the TypeScript parser', () => {
  it('nests what stands in classes, functions and object literals', () => {
    const text = [
      "import { readFileSync } from 'node:fs';",
      'export class Shop {',
      '  #prices = [];',
      '  constructor() {',
      '    this.open = true;',
      '  }',
      '  total(items) {',
      '    function add(a, b) { return a + b; }',
      '    return items.reduce(add, 0);',
      '  }',
      '}',
      'export const round = (value) => {',
      '  return Math.round(value);',
      '};',
      'const limits = { low: 1, high() { return 2; } };',
    ].join('\r\n');
    assert.deepEqual(lines(outlineOf(ts, 'src/shop.js', text)), [
      'class Shop 1-10',
      '  property #prices 2-2',
      '  constructor constructor 3-5',
      '  method total 6-9',
      '    function add 7-7',
      'constant round 11-13',
      'constant limits 14-14',
      '  property low 14-14',
      '  method high 14-14',
    ]);
  });

  it('knows TypeScript and JSX', () => {
    const typed =
      'interface A { b: string }\ntype C = A;\nenum D { E }\nnamespace F { export function g(): void {} }\n';
    const kinds = lines(outlineOf(ts, 'a.ts', typed)).map((line) => line.trim().split(' ').slice(0, 2).join(' '));
    for (const expected of ['interface A', 'property b', 'type C', 'enum D', 'enumMember E', 'module F', 'function g'])
      assert.ok(kinds.includes(expected), `${expected} in ${kinds.join(', ')}`);
    assert.deepEqual(lines(outlineOf(ts, 'a.jsx', 'function View() {\n  return <b>x</b>;\n}')), ['function View 0-2']);
  });

  it('leaves other languages alone', () => {
    for (const path of ['a.py', 'Makefile', 'a.json', 'a.ts.map', 'js']) assert.equal(canOutline(path), false, path);
    for (const path of ['a.js', 'a.MJS', 'a.cts', 'a.tsx', 'a.d.ts']) assert.equal(canOutline(path), true, path);
  });

  it('never throws, and every range lies in the text', () => {
    const piece = fc.constantFrom(
      'function f(',
      ') {',
      '}',
      'class A',
      'const x =',
      '=>',
      '\n',
      '`${',
      '"',
      '<b>',
      '[',
      ';',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 30 }), (pieces) => {
        const text = pieces.join(' ');
        const lineCount = text.split('\n').length;
        const check = (symbols: readonly OutlineSymbol[]): void => {
          for (const { range, children } of symbols) {
            assert.ok(range.start.line <= range.end.line && range.end.line < lineCount);
            check(children);
          }
        };
        check(outlineOf(ts, 'a.tsx', text));
      }),
      { numRuns: 200 },
    );
  });
});
