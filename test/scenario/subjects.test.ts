import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { gapsOf, touchesOnly } from '../bench/verdict/covered.ts';
import { candidate, ownSubjects } from '../bench/verdict/subject.ts';
import { TemporaryFolder } from '../support/temporaryFolder.ts';

/** The figures of right refactorings are about covered code; whether it is covered must not be the verifier's own word. */
describe('subjects of the verdicts', function () {
  this.timeout(300_000);
  let folder: TemporaryFolder;
  beforeEach(() => {
    folder = new TemporaryFolder();
  });
  afterEach(() => folder.dispose());

  // Those with other runners are counted by `bench:verdict`, which takes seconds for each.
  it('are executed by their own tests in every line and branch, as c8 counts them', () => {
    const subjects = ownSubjects().filter(({ command }) => command.includes('--test'));
    assert.ok(subjects.length >= 10);
    const missed = subjects.flatMap((subject) =>
      [...gapsOf(subject, join(folder.path, subject.name))].map(([path, lines]) => [subject.name, path, [...lines]]),
    );
    assert.ok(missed.length >= subjects.length);
    assert.deepEqual(
      missed.filter(([, , lines]) => lines?.length !== 0),
      [],
    );
  });

  it('are told apart by the lines that their tests leave out', () => {
    const [subject] = ownSubjects().filter(({ name }) => name === 'money');
    assert.ok(subject);
    const text = subject.files.get('src/money.js') ?? '';
    const tests = 'test/money.test.js';
    const fewer = { ...subject, files: new Map([...subject.files, [tests, `import '../src/money.js';\n`]]) };
    const gaps = gapsOf(fewer, join(folder.path, 'fewer'));
    const body = text.split('\n').findIndex((line) => /^ {2,}return /.test(line));
    assert.ok(body > 0 && gaps.get('src/money.js')?.has(body + 1));
    const withLine = (index: number): ReturnType<typeof candidate> => {
      const lines = text.split('\n');
      lines[index] = `${lines[index] ?? ''} // seen`;
      return candidate(subject, 'layout', '', new Map([['src/money.js', lines.join('\n')]]));
    };
    assert.equal(touchesOnly(withLine(body).proposal, gaps), false);
    assert.equal(touchesOnly(withLine(0).proposal, gaps), true);
  });
});
