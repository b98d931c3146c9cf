import { strict as assert } from 'node:assert';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { changedRanges } from '../../../src/verify/mutation/changes/changedRanges.ts';
import { withMutant } from '../../../src/verify/mutation/changes/mutant.ts';
import { type FileMutant } from '../../../src/verify/mutation/changes/fileMutant.ts';
import { seedMutants } from '../../../src/verify/mutation/script/mutantSeeder.ts';
import { parseScript } from '../../../src/verify/mutation/script/parseScript.ts';
import { spreadMutants } from '../../../src/verify/stages/5-mutants/spread.ts';

const source = [
  `import { rates } from './rates.ts';`,
  `export const limit = 10 + 1;`,
  `export function total(prices: readonly number[], country: string): number {`,
  `  if (prices.length === 0 && country !== 'x') return 0;`,
  `  return prices.map((price) => price * (rates[country] ?? 1)).reduce((sum, price) => sum + price, 0);`,
  `}`,
  `export class Cart {`,
  `  readonly items: string[] = ['a'];`,
  `  add(item: string): boolean {`,
  `    const isNew = !this.items.includes(item);`,
  `    if (isNew) this.items.push(item.trim());`,
  `    return isNew;`,
  `  }`,
  `  size = (): number => this.items.length + 0;`,
  `}`,
  '',
].join('\n');
const lines = source.split('\n');

describe('mutants', () => {
  it('stand in the functions that a change is in, and nowhere else', async () => {
    const cases: readonly [number, number, number][] = [
      [4, 3, 6],
      [5, 3, 6],
      [3, 3, 6],
      [10, 9, 13],
      [14, 14, 14],
      [2, 2, 2],
    ];
    for (const [changed, first, last] of cases) {
      const mutants = await seed(changed, changed);
      assert.ok(mutants.length > 0, `line ${changed}`);
      for (const mutant of mutants) assert.ok(mutant.line >= first && mutant.line <= last, JSON.stringify(mutant));
    }
  });

  it('are none for types, imports, comments and texts that do not parse', async () => {
    const texts = [
      `import { a } from 'b';`,
      `type A = 'x' | 'y';`,
      `// a + b`,
      `interface A { b: 'c' }`,
      `function (`,
      '',
    ];
    for (const text of texts) assert.deepEqual(await seedMutants('a.ts', text, [{ start: 1, end: 1 }]), [], text);
  });

  it('change the text in their place only, and leave it readable', async () => {
    const mutants = await seed(1, lines.length);
    assert.ok(mutants.length >= 20, String(mutants.length));
    for (const mutant of mutants) {
      const text = withMutant(source, mutant);
      assert.notEqual(text, source);
      assert.ok(parseScript('a.ts', text), text);
      assert.equal(source.slice(0, mutant.start).split('\n').length, mutant.line);
    }
    assert.equal(new Set(mutants.map((mutant) => withMutant(source, mutant))).size, mutants.length);
  });

  it('keep their places behind every kind of line end and wide characters', async () => {
    for (const end of ['\n', '\r\n', '\r', '\u2028']) {
      const text = [`const face = '😀';`, `/* é */ function f(a, b) {`, `  return a + b;`, `}`].join(end);
      const mutants = await seedMutants('a.js', text, [{ start: 1, end: 4 }]);
      assert.ok(
        mutants.some((mutant) => withMutant(text, mutant) === text.replace('a + b', 'a - b')),
        JSON.stringify(end),
      );
    }
  });

  it('are sought without executing what a project configures', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'whetstone-seed-'));
    const mark = join(folder, 'executed');
    const trap = `require('node:fs').writeFileSync(${JSON.stringify(mark)}, ''); module.exports = {};`;
    const previous = process.cwd();
    try {
      for (const name of ['babel.config.js', '.babelrc.js', 'babel.config.cjs', '.babelrc.cjs'])
        writeFileSync(join(folder, name), trap);
      writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'trap', babel: { presets: ['./trap.js'] } }));
      process.chdir(folder);
      for (const path of ['a.js', join(folder, 'a.js'), 'a.jsx', 'a.ts', 'a.tsx'])
        assert.ok(
          (await seedMutants(path, 'function f(a) { return a + 1; }', [{ start: 1, end: 1 }])).length > 0,
          path,
        );
      assert.equal(existsSync(mark), false);
    } finally {
      process.chdir(previous);
      rmSync(folder, { recursive: true });
    }
  });

  it('are drawn evenly: every beginning of the order holds each function and each kind as often as it can', () =>
    fc.assert(
      fc.property(fc.array(arbitraryFault, { maxLength: 60 }), fc.string(), (mutants, seedText) => {
        const order = spreadMutants(mutants, seedText);
        assert.deepEqual(order, spreadMutants(mutants, seedText));
        assert.deepEqual([...order].sort(byStart), [...mutants].sort(byStart));
        const left = new Map<number, number>();
        for (const { functionLine } of mutants) left.set(functionLine, (left.get(functionLine) ?? 0) + 1);
        const taken = new Map<number, number>();
        for (const { functionLine } of order) {
          taken.set(functionLine, (taken.get(functionLine) ?? 0) + 1);
          for (const [line, total] of left)
            assert.ok(
              (taken.get(functionLine) ?? 0) - (taken.get(line) ?? 0) <= 1 || taken.get(line) === total,
              'one function got two turns more than another one that still has mutants',
            );
        }
      }),
    ));
});

describe('changed lines', () => {
  it('hold every line that is new, and none that is not', () =>
    fc.assert(
      fc.property(arbitraryLines, arbitraryLines, (before, after) => {
        const ranges = changedRanges(before.join('\n'), after.join('\n'));
        const isChanged = (line: number): boolean => ranges.some(({ start, end }) => start <= line && line <= end);
        const kept = new Set(before);
        after.forEach((text, index) => {
          if (!kept.has(text)) assert.ok(isChanged(index + 1), `line ${index + 1} is new`);
        });
        for (const { start, end } of ranges) assert.ok(start >= 1 && end >= start);
        if (before.join('\n') === after.join('\n')) assert.deepEqual(ranges, []);
      }),
    ));

  it('are those where something went away', () => {
    assert.deepEqual(changedRanges('a\nb\nc\n', 'a\nc\n'), [{ start: 2, end: 2 }]);
    assert.deepEqual(changedRanges('a\nb', 'a'), [{ start: 1, end: 1 }]);
  });

  it('do not count line ends and indentation', () => assert.deepEqual(changedRanges('a\nb\n', '  a\r\n\tb\r\n'), []));
});

const arbitraryLines = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { maxLength: 12 });

const arbitraryFault = fc.record({
  path: fc.constant('a.ts'),
  line: fc.constant(1),
  start: fc.nat(),
  end: fc.nat(),
  replacement: fc.constant(''),
  mutator: fc.constantFrom('A', 'B', 'C'),
  functionLine: fc.integer({ min: 1, max: 4 }),
});

function seed(start: number, end: number): Promise<readonly FileMutant[]> {
  return seedMutants('a.ts', source, [{ start, end }]);
}

function byStart(a: FileMutant, b: FileMutant): number {
  return a.start - b.start || a.end - b.end || a.functionLine - b.functionLine || a.mutator.localeCompare(b.mutator);
}
