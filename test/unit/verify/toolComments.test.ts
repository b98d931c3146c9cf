import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { createProposal } from '../../../src/edits/proposal.ts';
import { inspect } from '../../../src/verify/checks/inspect.ts';
import { hasSameTokens } from '../../../src/languages/table.ts';
import { edit } from '../../support/changes.ts';

const { signal } = new AbortController();

async function lookedAt(
  path: string,
  before: string,
  after: string,
): Promise<readonly [demand: string, integrity: string]> {
  const proposal = createProposal([edit(path, before, after)]);
  const { files, checks } = await inspect(proposal, { goal: '', focus: [] }, { allowsTestEdits: false }, signal);
  return [files[0]?.demand.kind ?? '', checks.integrity.kind];
}

const code = 'export const f = (a) => a;\n';
const load = (comment: string): string => `${comment}\nexport const f = () => import(/* here */ './a');\n`;

describe('comments that are for people', () => {
  for (const comment of [
    '/**\n * Gives it back.\n *\n * @api public\n */',
    '/**\n * @param a - what comes\n * @returns what came\n * @deprecated use g\n * @api private\n */',
    '// webpack takes this for a module, webpackers know: it is none',
    '/* jest and vitest run it; istanbul ignores nothing here */',
    '// v8 ignores the rest, c8 disables nothing',
    '/** Used as any other, see @ts-ignore in b.ts */',
    '// eslint is fine with it, prettier too',
    '/**\n * The `@swagger` tag is read elsewhere, so is @openapi.\n */',
    '// coverage: 100 %',
    '/** @type {Map<any>} as any */',
  ])
    it(`are no tool's: ${JSON.stringify(comment)}`, async () => {
      assert.deepEqual(await lookedAt('a.js', code, `${comment}\n${code}`), ['none', 'passed']);
      assert.deepEqual(await lookedAt('a.js', `${comment}\n${code}`, code), ['none', 'passed']);
    });

  it("are no tool's in Go", () => {
    const go = 'package a\n\nfunc f() int { return 1 }\n';
    for (const comment of ['//line of thought', '//export this to others some day', '// go: see below'])
      assert.ok(hasSameTokens('a.go', go, go.replace('func', `${comment}\nfunc`)), comment);
  });
});

describe('comments that are for tools', () => {
  for (const comment of [
    '/** @jsx h */',
    '/* @jsxImportSource preact */',
    '/**\n * @jsxRuntime classic\n */',
    '// @vitest-environment jsdom',
    '/**\n * @jest-environment jsdom\n */',
    '/// <reference types="node" />',
    '//# sourceMappingURL=a.js.map',
    '/* webpackChunkName: "a", webpackPrefetch: true */',
    '/* @vite-ignore */',
    '/*#__PURE__*/',
    '/* @__NO_SIDE_EFFECTS__ */',
    '/**\n * @swagger\n * /users:\n *   get: {}\n */',
    '/**\n * @openapi\n * /users: {}\n */',
    '/**\n * @api {get} /users/:id a user\n */',
    '#!/usr/bin/env node',
  ])
    it(`are obeyed: ${JSON.stringify(comment)}`, async () => {
      assert.equal((await lookedAt('a.js', load('// x'), load(comment)))[0], 'unprovable');
      assert.equal((await lookedAt('a.js', load(comment), load('// x')))[0], 'unprovable');
    });

  for (const comment of [
    '/* istanbul ignore next */',
    '// istanbul ignore else: never',
    '/* c8 ignore start */',
    '/* v8 ignore next 3 */',
    '/* node:coverage disable */',
    '/*!\n * v8 ignore file\n */',
    '// @ts-ignore',
    '/* @ts-expect-error */',
    '//@ts-nocheck',
    '/**\n * @ts-ignore because\n */',
  ])
    it(`hide code: ${JSON.stringify(comment)}`, async () => {
      assert.equal((await lookedAt('a.js', code, `${comment}\n${code}`))[1], 'doubtful');
    });

  it('hide code in other languages, and by casts', async () => {
    assert.equal((await lookedAt('a.py', 'x = 1\n', 'x = 1  # pragma: no cover\n'))[1], 'doubtful');
    assert.equal((await lookedAt('a.py', 'x = 1\n', 'x = 1  # type: ignore\n'))[1], 'doubtful');
    assert.equal((await lookedAt('a.ts', 'export const a = b();\n', 'export const a = b() as any;\n'))[1], 'doubtful');
    const go = 'package a\n\nfunc f() int { return 1 }\n';
    for (const comment of ['//go:noinline', '//line a.y:10', '//export F', '// +build linux'])
      assert.ok(!hasSameTokens('a.go', go, go.replace('func', `${comment}\nfunc`)), comment);
  });
});
