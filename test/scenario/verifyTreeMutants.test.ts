import { strict as assert } from 'node:assert';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Verdict } from '../../src/workspace/verification.ts';
import { VerifierProject } from '../support/verifierProject.ts';
import { edit, type EditedProject } from '../bench/mutants/edit.ts';
import { editCandidate, editedSubject, type Strength } from '../bench/mutants/editedSubjects.ts';
import { ledger } from '../bench/mutants/ledger.ts';
import { texts } from '../bench/mutants/texts.ts';

const { signal } = new AbortController();

describe('mutants of Python and Go', () => {
  let project: VerifierProject;

  beforeEach(() => {
    project = new VerifierProject();
  });

  afterEach(async () => {
    await project.dispose();
  });

  async function verdictOn(of: EditedProject, strength: Strength, one: ReturnType<typeof edit>): Promise<Verdict> {
    const subject = editedSubject(of, strength);
    for (const [path, text] of subject.files) project.write(path, text);
    const { proposal } = editCandidate(of, subject, one);
    return (await project.verifier({ sensitivityMs: 240_000 }).examine(proposal, signal)).verdict;
  }

  const treacherous: readonly [EditedProject, ReturnType<typeof edit>][] = [
    [texts, edit('plus to minus', ['width - 3', 'width + 3'])],
    [
      texts,
      edit('another branch', [
        '        if value == "":\n            continue\n',
        '        if not str(value).strip():\n            continue\n',
      ]),
    ],
    [ledger, edit('plus to minus', ['cost := amount + fee', 'cost := amount - fee'])],
    [ledger, edit('another way', ['\tsort.Strings(names)\n', '\tsort.Sort(sort.Reverse(sort.StringSlice(names)))\n'])],
  ];
  for (const [of, one] of treacherous)
    it(`are survived by tests that assert nothing: ${of.language}, ${one.note}`, async function () {
      this.timeout(300_000);
      const verdict = await verdictOn(of, 'weak', one);
      assert.equal(verdict.kind, 'unproven', verdict.reasons.join('\n'));
      assert.match(
        verdict.reasons.join('\n'),
        /No test tells the old from the new|kill no mutant|No mutant could be seeded/,
      );
    });

  const honest: readonly [EditedProject, ReturnType<typeof edit>][] = [
    [
      texts,
      edit('a variable', [
        '    by %= len(text)\n    return text[by:] + text[:by]',
        '    start = by % len(text)\n    return text[start:] + text[:start]',
      ]),
    ],
    [
      ledger,
      edit('variables', [
        '\treturn amount / people, amount % people',
        '\teach := amount / people\n\trest := amount % people\n\treturn each, rest',
      ]),
    ],
  ];
  for (const [of, one] of honest)
    it(`are killed by tests that say what is expected: ${of.language}, ${one.note}`, async function () {
      this.timeout(300_000);
      const verdict = await verdictOn(of, 'decent', one);
      assert.equal(verdict.kind, 'preserved', verdict.reasons.join('\n'));
      assert.match(verdict.reasons.join('\n'), /mutants? in the change killed/);
    });
});
