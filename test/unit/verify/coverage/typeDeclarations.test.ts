import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { stripTypeScriptTypes } from 'node:module';
import { describe, it } from 'mocha';
import { typeDeclarations } from '../../../../src/languages/script/typeDeclarations.ts';

const source = resolve(import.meta.dirname, '../../../../src');

/** What a compiler leaves of the parts that were taken for types. */
function survivors(text: string): readonly string[] {
  const stripped = stripTypeScriptTypes(text);
  return typeDeclarations(text)
    .map(({ start, end }) =>
      stripped
        .slice(start, end)
        .replace(/^export \{[^}]*\}/, '')
        .replaceAll(';', '')
        .trim(),
    )
    .filter((rest) => rest !== '');
}

describe('type declarations', () => {
  it('of every file of this project are nothing but types, and all of them are found', () => {
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    assert.ok(files.length > 100);
    let found = 0;
    for (const file of files) {
      const text = readFileSync(join(source, file), 'utf8');
      assert.deepEqual(survivors(text), [], file);
      const stripped = stripTypeScriptTypes(text);
      const named = [...text.matchAll(/^(export )?(interface|type) \w/gm)]
        .map(({ index }) => index)
        .filter((start) => stripped.slice(start, start + 4).trim() === '');
      const spans = typeDeclarations(text);
      for (const start of named)
        assert.ok(
          spans.some((span) => span.start === start),
          `${file} at ${start}`,
        );
      found += spans.length;
    }
    assert.ok(found > 500);
  });

  it('end where the code goes on, with and without semicolons', () => {
    const text = [
      'type A =',
      "  | 'a'",
      '  | { b: string }',
      'f()',
      'type B<T> = T extends string ? 1 : 2',
      'const type = 1, x = type',
      'type = 3',
      'interface C extends D<{ a: 1 }> {',
      '  (a: string): void',
      '}',
      'g();',
      'export type { A }',
      'h()',
      "import type from './type.js'",
      'k(type)',
      'export { k, type h as l };',
      "export { m } from './m.js';",
    ].join('\n');
    const rest = typeDeclarations(text).reduceRight(
      (left, { start, end }) => left.slice(0, start) + left.slice(end),
      text,
    );
    const lines = rest.split('\n').filter((line) => line.trim() !== '');
    assert.deepEqual(lines, [
      'f()',
      'const type = 1, x = type',
      'type = 3',
      'g();',
      'h()',
      "import type from './type.js'",
      'k(type)',
      "export { m } from './m.js';",
    ]);
  });
});
