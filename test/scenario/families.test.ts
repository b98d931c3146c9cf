import { strict as assert } from 'node:assert';
import { afterEach, describe, it } from 'mocha';
import { FamilyProject, type FamilyRun } from '../support/familyProject.ts';

interface Family {
  /** Folder below test/fixtures/families. */
  readonly name: string;
  readonly goal: string;
  /** Every other file holds only what must stay. */
  readonly changed: readonly string[];
}

const families: readonly Family[] = [
  { name: 'modernize', goal: 'Modernize this code', changed: ['src/template.js'] },
  { name: 'simplify', goal: 'Simplify', changed: ['src/access.js'] },
  {
    name: 'setMembership',
    goal: 'Use a Set for repeated lookups',
    changed: ['src/subscribers.ts', 'src/tags.js'],
  },
  { name: 'forOf', goal: 'Use for…of', changed: ['src/invoice.js'] },
  { name: 'arrayMethods', goal: 'Use find, some and flatMap', changed: ['src/catalogue.js'] },
  { name: 'asyncAwait', goal: 'Convert promise chains to async/await', changed: ['src/weather.js'] },
  { name: 'unusedCode', goal: 'Remove unused code', changed: ['src/prices.js'] },
  { name: 'organizeImports', goal: 'Organize imports', changed: ['src/archive.js'] },
];

describe('families of refactorings, command line and embedded engine', function () {
  this.timeout(600_000);
  let project: FamilyProject | undefined;

  afterEach(() => {
    project?.assertClean();
    project?.dispose();
    project = undefined;
  });

  for (const { name, goal, changed } of families)
    it(`${name}: rewrites what is meant, leaves what only looks like it, and is done after one run`, async () => {
      project = new FamilyProject(name);
      const run = await project.refactor(goal);
      assertVerified(run);
      project.assertExpected(changed);
      const after = project.snapshot();
      const again = await project.refactor(goal);
      assert.equal(again.code, 0, again.output);
      assert.equal(again.ending['kind'], 'nothingToChange', again.output);
      assert.deepEqual(again.proposed, []);
      assert.deepEqual(project.snapshot(), after);
    });

  it('drops the one step that a test does not allow and keeps the others', async () => {
    project = new FamilyProject('droppedStep');
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
    project = new FamilyProject('forOf');
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

/** Applied and proven: the same tests, all of them passing, before and after. */
function assertVerified({ code, ending, tests, output }: FamilyRun): void {
  assert.equal(code, 0, output);
  assert.equal(ending['kind'], 'done', output);
  assert.equal(ending['applied'], true, output);
  assert.equal(ending['verified'], true, output);
  const [first] = tests;
  const last = tests.at(-1);
  assert.ok(first !== undefined && tests.length > 1 && Object.keys(first).length > 0, output);
  assert.deepEqual(last, first);
  assert.deepEqual([...new Set(Object.values(first))], ['passed']);
}
