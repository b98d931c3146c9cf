import { strict as assert } from 'node:assert';
import { before } from 'mocha';
import { analyze } from '../../src/engine/analyst/analyze.ts';
import type { Intent, LineRange } from '../../src/engine/analysis/refactoring.ts';

export interface Rewriting {
  readonly text: string;
  /** Rules of the steps that had an effect, in order. */
  readonly rules: readonly string[];
}

/** The text after every step of an analysis. */
export function rewriteAll(path: string, text: string, intent: Intent, focus?: LineRange): Rewriting {
  const rules: string[] = [];
  let current = text;
  for (const step of analyze({ path, text, intent, ...(focus && { focus }) }).steps) {
    const next = step.apply(current);
    if (next === undefined) continue;
    assert.notEqual(next, current, `${step.id} had no effect but did not say so`);
    rules.push(step.rule);
    current = next;
  }
  return { text: current, rules };
}

/** Asserts what becomes of a text by one rule alone. */
export function assertBecomes(rule: string, intent: Intent, before: string, after: string, path = 'a.mjs'): void {
  assert.equal(rewriteBy(rule, intent, before, path), after);
}

/** Asserts that one rule leaves the text alone. */
export function assertStays(rule: string, intent: Intent, text: string, path = 'a.mjs'): void {
  assert.equal(rewriteBy(rule, intent, text, path), text);
}

function rewriteBy(rule: string, intent: Intent, text: string, path: string): string {
  const steps = analyze({ path, text, intent }).steps.filter((step) => step.rule === rule);
  return steps.reduce((current, step) => step.apply(current) ?? current, text);
}

/** Loads the compiler and the linter, so that no single test pays for it. Call at the top of a test file. */
export function loadFirst(): void {
  before(function () {
    this.timeout(60_000);
    rewriteAll('a.mjs', 'export const f = (xs) => [...xs];\n', 'optimize');
  });
}
