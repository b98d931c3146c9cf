import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { executedIntervals } from '../../../../src/verify/coverage/intervals.ts';
import { piecesOf } from '../../../../src/verify/coverage/pieces.ts';

const wrapping = "'use strict';async (__vite_ssr_exports__,__vite_ssr_exportName__)=>{{";

/** What vitest 4 ran of a text, by the map that it left; `idle` are parts of it that were not executed. */
function ran(written: string, code: string, mappings: string, idle: readonly string[]) {
  const text = `${wrapping}${code}\n}}`;
  const ranges = idle.map((part) => {
    const startOffset = text.indexOf(part);
    assert.notEqual(startOffset, -1, part);
    return { startOffset, endOffset: startOffset + part.length, count: 0 };
  });
  const executed = executedIntervals([{ startOffset: 0, endOffset: text.length, count: 1 }, ...ranges]);
  const map = { version: 3, sources: ['p.ts'], sourcesContent: [written], mappings };
  const place = { json: JSON.stringify(map), base: '/w/src/p.ts', firstLine: 0, firstColumn: wrapping.length };
  const pieces = piecesOf({ text, executed, map: place }, '/w/src/p.ts', written) ?? [];
  return pieces.map(({ start, end, isExecuted }) => `${isExecuted ? '+' : '-'}${written.slice(start, end).trim()}`);
}

const written = "import { b } from './b';\nexport function run(): number { return b; }\n";
const imported = 'const __vite_ssr_import_0__ = await __vite_ssr_import__("/src/b.ts", {"importedNames":["b"]});';
const body = 'function run() {\n\treturn __vite_ssr_import_0__.b;\n}';
const mappings = 'AAAA,CAAA;AAAA;;AACO,SAAS,MAAc;CAAE,OAAO;AAAG';

describe('pieces of what vite hands to vitest', () => {
  const expected = ["+import { b } from './b';", '+export', '+function', '+run(): number {', '+return', '+b; }', '+}'];

  for (const exported of [
    '__vite_ssr_exportName__("run", () => { try { return run } catch {} });',
    'Object.defineProperty(__vi_export__, "run", { enumerable: true, configurable: true, get(){ return run }});',
  ])
    it(`counts nothing of ${exported}`, () => {
      const idle = exported.includes('catch') ? ['catch {}'] : ['get(){ return run }'];
      const found = ran(written, `${exported}\n${imported}\n\n${body}`, mappings, idle);
      assert.deepEqual(found.slice(0, 3), expected.slice(0, 3));
      assert.ok(
        found.every((piece) => piece.startsWith('+')),
        found.join(' '),
      );
    });

  it('counts what somebody wrote in the same way', () => {
    const own = 'export const get = () => { try { return one() } catch {} };\n';
    const code = 'const get = () => { try { return one() } catch {} };';
    const found = ran(own, code, 'AAAO,aAAa,aAAa,aAAa', ['catch {}']);
    assert.ok(
      found.some((piece) => piece.startsWith('-')),
      found.join(' '),
    );
    const named =
      'var __vi_export__ = {}; Object.defineProperty(__vi_export__, "a", { enumerable: true, configurable: true, get(){ return b }});\n';
    const all = ran(named, named.trim(), 'AAAA,IAAI,gBAAgB,OAAO', ['get(){ return b }']);
    assert.ok(
      all.some((piece) => piece.startsWith('-')),
      all.join(' '),
    );
  });

  it('says of a function that nobody calls that it is not executed, whatever is said of the word before it', () => {
    const found = ran(written, `${imported}\n\n${body}`, mappings.replace(/^[^;]*;/, ''), [body]);
    assert.ok(found.includes('-function') && found.includes('-return'), found.join(' '));
  });
});
