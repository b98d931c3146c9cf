import { strict as assert } from 'node:assert';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { breakingCandidates } from '../bench/verdict/breaking.ts';
import { inTurns, randomNumbers, shuffled } from '../bench/verdict/random.ts';
import { safeCandidates } from '../bench/verdict/safe.ts';
import { ownSubjects } from '../bench/verdict/subject.ts';
import { traps } from '../bench/verdict/trapProjects.ts';
import { runTraps } from '../bench/verdict/traps.ts';
import { runTrials } from '../bench/verdict/trials.ts';
import { TemporaryFolder } from '../support/temporaryFolder.ts';

const { signal } = new AbortController();

/** Those that need nothing but Node, and no hang. */
const quick = traps.filter(({ packages, name }) => packages === undefined && !/pytest|hang/.test(name));

describe('verdicts', function () {
  this.timeout(600_000);
  let folder: TemporaryFolder;
  beforeEach(() => {
    folder = new TemporaryFolder();
  });
  afterEach(() => folder.dispose());

  it('are never PRESERVED where tests are green from the wrong place', async () => {
    const rows = await runTraps(folder.path, signal, quick);
    assert.ok(rows.length >= 20);
    const wrong = rows.filter(({ verdict }) => verdict.kind === 'preserved');
    assert.deepEqual(
      wrong.map(({ note }) => note),
      [],
    );
  });

  it('are not PRESERVED for what the tests of a project refuse, and are for refactorings done right', async () => {
    const subject = ownSubjects().find(({ name }) => name === 'money');
    assert.ok(subject);
    const random = randomNumbers(7);
    const breaking = inTurns(shuffled(await breakingCandidates(subject), random), ({ family }) => family);
    const safe = inTurns(shuffled(await safeCandidates(subject), random), ({ family }) => family);
    const options = { folder: folder.path, parallel: 1, onRow: () => {} };
    const outcome = await runTrials({ breaking, safe }, { breaking: 6, safe: 6 }, options, signal);
    assert.deepEqual([outcome.breaking.length, outcome.safe.length], [6, 6]);
    assert.deepEqual(
      outcome.breaking.filter(({ verdict }) => verdict.kind === 'preserved'),
      [],
    );
    assert.deepEqual(
      outcome.safe.filter(({ verdict }) => verdict.kind === 'broken'),
      [],
    );
    assert.ok(outcome.safe.filter(({ verdict }) => verdict.kind === 'preserved').length >= 5);
  });
});
