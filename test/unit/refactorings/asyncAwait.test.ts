import { describe, it } from 'mocha';
import { assertBecomes, assertStays, loadFirst } from '../../support/rewriting.ts';

loadFirst();

const becomes = (before: string, after: string, path?: string): void =>
  assertBecomes('promise-chain-to-async', 'asyncAwait', before, after, path);
const stays = (text: string, path?: string): void => assertStays('promise-chain-to-async', 'asyncAwait', text, path);

describe('promise chain to async and await', () => {
  it('step by step, with catch and finally', () =>
    becomes(
      `import { readFile } from 'node:fs/promises';

export function load(path, log) {
  return readFile(path, 'utf8')
    .then((text) => {
      // first line only
      const [line] = text.split('\\n');
      return parse(line);
    })
    .then((record) => record.id)
    .catch((error) => {
      log(error);
      return undefined;
    })
    .finally(() => {
      log('done');
    });
}
`,
      `import { readFile } from 'node:fs/promises';

export async function load(path, log) {
  try {
    const text = await readFile(path, 'utf8');
    // first line only
    const [line] = text.split('\\n');
    const record = await parse(line);
    return await record.id;
  } catch (error) {
    log(error);
    return undefined;
  } finally {
    log('done');
  }
}
`,
    ));

  it('waits for what is returned inside of try, so that catch sees its failure', () =>
    becomes(
      'export const f = (id) => fetch(id).then((r) => r.json()).catch(() => null);\n',
      'export const f = async (id) => {\n  try {\n    const r = await fetch(id);\n    return await r.json();\n  } catch {\n    return null;\n  }\n};\n',
    ));

  it('a method, without a name where the name is taken', () =>
    becomes(
      `class Api {
	get(id) {
		return fetch('/a/' + id).then((r) => r.json()).then((user) => fetch(user.url)).then((r) => r.text());
	}
}
`,
      `class Api {
	async get(id) {
		const r = await fetch('/a/' + id);
		const user = await r.json();
		return (await fetch(user.url)).text();
	}
}
`,
    ));

  it('named functions', () =>
    becomes(
      'function parse(text) { return JSON.parse(text); }\nexport function f(id) {\n  return fetch(id).then(parse);\n}\n',
      'function parse(text) { return JSON.parse(text); }\nexport async function f(id) {\n  return parse(await fetch(id));\n}\n',
    ));

  it('in TypeScript, where the declared type allows it', () =>
    becomes(
      'export function f(id: string): Promise<number> {\n  return fetch(id).then((response) => response.status);\n}\n',
      'export async function f(id: string): Promise<number> {\n  const response = await fetch(id);\n  return response.status;\n}\n',
      'a.ts',
    ));

  for (const [why, text] of [
    [
      'throws at once',
      "export function f(id) { if (!id) throw new Error('id'); return fetch(id).then((r) => r.json()); }",
    ],
    [
      'an unknown call before may throw',
      'export function f(id, check) { check(id); return fetch(id).then((r) => r.json()); }',
    ],
    [
      'the first call is known to throw',
      "function get(id) { if (!id) throw new Error('id'); return fetch(id); }\nexport function f(id) { return get(id).then((r) => r.json()); }",
    ],
    [
      'returns a plain value too',
      'export function f(id, cache) { if (cache) return cache; return fetch(id).then((r) => r.json()); }',
    ],
    [
      'the second handler must not catch what the first throws',
      'export function f(id, a, b) { return fetch(id).then((r) => a(r), (e) => b(e)); }',
    ],
    ['a generator', 'export function* f(id) { return fetch(id).then((r) => r.json()); }'],
    [
      'a handler with its own this',
      'export function f(id) { return fetch(id).then(function (r) { return this === undefined ? r : 1; }); }',
    ],
    [
      'a handler that ends early',
      'export function f(id) { return fetch(id).then((r) => { if (!r.ok) return null; return r.json(); }).then((x) => [x]); }',
    ],
    ['a finally handler that returns', 'export function f(id) { return fetch(id).finally(() => { return 3; }); }'],
    ['a method that has lost its object', 'export function f(id, api) { return fetch(id).then(api.parse); }'],
    ['then after catch', 'export function f(id) { return fetch(id).catch(() => null).then((r) => [r]); }'],
    [
      'names that meet',
      'export function f(id) { const data = { id }; return fetch(id).then((r) => r.json()).then((data) => { console.log(data); return data; }).then(() => data); }',
    ],
    ['constructed', 'export function F(id) { return fetch(id).then((r) => r.json()); }\nexport const x = new F(1);'],
    [
      'promises of a library',
      "import Promise from 'bluebird';\nexport function f(db) { return db.get(1).then((r) => r.a); }",
    ],
    ['a text of several lines', 'export function f(id) {\n  return fetch(id).then((r) => `\n    ${r.status}\n  `);\n}'],
    ['nobody waits', 'export function f(id) { fetch(id).then((r) => r.json()); return 1; }'],
    [
      'a var for the whole function',
      'export function f(id) { return fetch(id).then(function (r) { var x = r.json(); return x; }); }',
    ],
    [
      'a comment between the links',
      'export function f(id) {\n  return fetch(id)\n    // then\n    .then((r) => r.json());\n}',
    ],
  ] as const)
    it(`stays: ${why}`, () => stays(text));

  it('stays: a type that is not Promise', () =>
    stays('export function f(id: string): PromiseLike<number> { return fetch(id).then((r) => r.status); }', 'a.ts'));
});
