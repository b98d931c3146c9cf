import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { asksForTests } from '../../../src/util/asksForTests.ts';

describe('a goal that asks for tests', () => {
  for (const goal of [
    'Write characterization tests for src/cart.js',
    'write tests',
    'Please add some unit tests for the parser.',
    'Add missing tests in src/',
    'Create regression tests that pin what total does',
    'Write characterization tests\n\nThe developer wants tests.',
  ])
    it(`${JSON.stringify(goal)} is one`, () => assert.ok(asksForTests(goal)));
  for (const goal of [
    'Simplify src/cart.js and keep the tests green',
    'Write test helpers into the code',
    'Add a tests folder',
    'Optimize this',
    'Make it testable',
    'Rewrite the tests',
    'Write a class for tests',
  ])
    it(`${JSON.stringify(goal)} is none`, () => assert.ok(!asksForTests(goal)));
});
