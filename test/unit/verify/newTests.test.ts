import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import ts from 'typescript';
import { takenByNewTests } from '../../../src/verify/guard/newTests.ts';

describe('new tests', () => {
  const found = (path: string, text: string): readonly string[] =>
    takenByNewTests(path, text, { ts, python: new Map() }).map(({ message }) => message);

  it('take nothing from those that are there', () => {
    assert.deepEqual(found('test/a.test.js', "it('adds', () => assert.equal(add(1, 2), 3));"), []);
    assert.deepEqual(found('test/test_a.py', 'def test_a(): pass'), []);
  });

  it('are found out when they keep others from running or replace what others use', () => {
    assert.match(found('test/a.test.js', "it.only('adds', () => {});")[0] ?? '', /Only "adds"/);
    assert.match(found('test/a.test.js', "describe.only('sums', () => { it('adds', () => {}); });")[0] ?? '', /Only/);
    assert.match(found('test/a.test.js', "it('adds', () => { process.exit(0); });")[0] ?? '', /end the run/);
    assert.match(found('__mocks__/fs.js', 'module.exports = {};')[0] ?? '', /double/);
  });
});
