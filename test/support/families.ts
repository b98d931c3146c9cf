import { strict as assert } from 'node:assert';
import { afterEach, describe, it } from 'mocha';
import { FamilyProject, type FamilyRun } from './familyProject.ts';

export interface Family {
  /** Folder below test/fixtures/families. */
  readonly name: string;
  readonly goal: string;
  /** Every other file holds only what must stay. */
  readonly changed: readonly string[];
}

/** Tests of some families; they are in several files, so that these run side by side. */
export function describeFamilies(
  families: readonly Family[],
  more?: (open: (name: string) => FamilyProject) => void,
): void {
  describe('families of refactorings, command line and embedded engine', function () {
    this.timeout(600_000);
    let project: FamilyProject | undefined;
    const open = (name: string): FamilyProject => (project = new FamilyProject(name));

    afterEach(() => {
      project?.assertClean();
      project?.dispose();
      project = undefined;
    });

    for (const { name, goal, changed } of families)
      it(`${name}: rewrites what is meant, leaves what only looks like it, and is done after one run`, async () => {
        const family = open(name);
        assertVerified(await family.refactor(goal));
        family.assertExpected(changed);
        const after = family.snapshot();
        const again = await family.refactor(goal);
        assert.equal(again.code, 0, again.output);
        assert.equal(again.ending['kind'], 'nothingToChange', again.output);
        assert.deepEqual(again.proposed, []);
        assert.deepEqual(family.snapshot(), after);
      });
    more?.(open);
  });
}

/** Applied and proven: the same tests, all of them passing, before and after. */
export function assertVerified({ code, ending, tests, output }: FamilyRun): void {
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
