import { strict as assert } from 'node:assert';
import { it } from 'mocha';
import { assertVerified, describeFamilies } from '../support/families.ts';

const families = [
  { name: 'unusedCode', goal: 'Remove unused code', changed: ['src/prices.js'] },
  { name: 'organizeImports', goal: 'Organize imports', changed: ['src/archive.js'] },
];

describeFamilies(families, (open) => {
  it('drops the one step that a test does not allow and keeps the others', async () => {
    const project = open('droppedStep');
    const run = await project.refactor('Use for…of');
    assertVerified(run);
    project.assertExpected(['src/totals.js']);
    assert.ok(
      run.tests.some((tests) => Object.values(tests).includes('failed')),
      'a trial showed the broken test',
    );
    assert.match(run.said, /multiplies by an index/);
  });

  it('says what it can do when it is asked for something else, and changes nothing', async () => {
    const project = open('forOf');
    const before = project.snapshot();
    const run = await project.refactor('Translate this to Rust');
    assert.equal(run.code, 0, run.output);
    assert.equal(run.ending['kind'], 'nothingToChange', run.output);
    for (const { word } of offers) assert.match(run.said, word);
    assert.match(run.said, /translate this to rust/i);
    assert.deepEqual(run.proposed, []);
    assert.deepEqual(project.snapshot(), before);
  });
});

const offers = [
  { word: /moderni[sz]/i },
  { word: /simplif/i },
  { word: /\bSet\b/ },
  { word: /for…of/ },
  { word: /\bfind\b/ },
  { word: /async/ },
  { word: /unused/ },
  { word: /imports/ },
];
