import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { createProposal } from '../../../src/edits/proposal.ts';
import { inspect } from '../../../src/verify/checks/inspect.ts';
import type { Check } from '../../../src/workspace/evidence.ts';
import { plain } from '../../support/changes.ts';

async function integrity(path: string, before: string, after: string): Promise<Check['kind']> {
  const proposal = createProposal([{ kind: 'edit', path, before: plain(before), after: plain(after) }]);
  const { signal } = new AbortController();
  const { checks } = await inspect(proposal, { goal: 'Tidy', focus: [] }, { allowsTestEdits: false }, signal);
  return checks.integrity.kind;
}

describe('tests in files that are not called tests', () => {
  const code = (factor: number): string => `export const g = (x) => {\n  return x * ${factor};\n};\n`;
  const beside = (value: number): string =>
    `if (import.meta.vitest) {\n  const { test, expect } = import.meta.vitest;\n  test('g', () => expect(g(1)).toBe(${value}));\n}\n`;

  it('beside the code must expect what they did; the code may change', async () => {
    assert.equal(await integrity('src/g.js', code(3) + beside(3), code(4) + beside(4)), 'failed');
    assert.equal(await integrity('src/g.js', code(3) + beside(3), code(3)), 'failed');
    assert.equal(await integrity('src/g.js', code(3) + beside(3), code(4) + beside(3)), 'passed');
  });

  it('in a file of any name must expect what they did', async () => {
    const checks = (assertion: string): string =>
      `import assert from 'node:assert/strict';\nimport { g } from '../src/g.js';\ndescribe('g', () => {\n  it('works', () => {\n    ${assertion}\n  });\n});\n`;
    assert.equal(
      await integrity('checks/g.js', checks('assert.equal(g(1), 3);'), checks('assert.ok(g(1));')),
      'failed',
    );
    const helper = (body: string): string =>
      `import { expect } from 'chai';\nexport const same = (a, b) => {\n  ${body}\n};\n`;
    assert.notEqual(
      await integrity('src/testing/same.js', helper('expect(a).to.equal(b);'), helper('expect(a).to.exist;')),
      'passed',
    );
  });

  it('are not every call of that name', async () => {
    const pattern = (text: string): string =>
      `const test = (x) => /${text}/.test(x);\ntest('a');\nassert(test('b'));\n`;
    assert.equal(await integrity('src/p.js', pattern('a'), pattern('b').replace('assert', 'check')), 'passed');
  });
});
