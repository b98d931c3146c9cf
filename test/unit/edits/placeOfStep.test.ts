import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { placeOfStep } from '../../../src/edits/placeOfStep.ts';
import { stepsOf } from '../../support/stepPlans.ts';

describe('the place of a step', () => {
  const steps = stepsOf([
    { 'a.js': 'one\ntwo\nthree\n', 'b.js': 'x\n' },
    { 'a.js': 'one\ntwo\n3\n', 'b.js': 'x\n' },
    { 'a.js': 'new\none\ntwo\n3\n', 'b.js': 'x\n' },
    { 'a.js': 'new\none\ntwo\n3\n', 'b.js': 'y\n' },
    { 'a.js': 'new\none\ntwo\n3!\n', 'b.js': 'y\n' },
  ]);

  it('is where it shows in the text with all steps, however later ones moved it', () => {
    assert.deepEqual(
      steps.map(({ id }) => placeOfStep(steps, id)),
      [
        { path: 'a.js', line: 3 },
        { path: 'a.js', line: 0 },
        { path: 'b.js', line: 0 },
        { path: 'a.js', line: 3 },
      ],
    );
  });

  it('is nowhere for a step that is not there', () => {
    assert.equal(placeOfStep(steps, 'x'), undefined);
    assert.equal(placeOfStep([], '1'), undefined);
  });

  it('is the file that a step makes, moves or deletes', () => {
    const files = stepsOf([
      { 'a.js': 'one\n' },
      { 'a.js': 'one\n', 'c.js': 'new\n' },
      { 'b.js': 'one\n', 'c.js': 'new\n' },
    ]);
    assert.deepEqual(
      files.map(({ id }) => placeOfStep(files, id)?.path),
      ['c.js', 'b.js'],
    );
  });
});
