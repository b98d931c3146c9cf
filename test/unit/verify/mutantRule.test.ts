import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { judge } from '../../../src/verify/verdict/judge.ts';
import type { ChangedFile, MutatedPlace } from '../../../src/workspace/evidence.ts';
import type { Evidence } from '../../../src/workspace/verification.ts';
import { changedFile, coverage, goodEvidence, mutated } from '../../support/evidence.ts';

const noSensitivity: Evidence['sensitivity'] = { kind: 'notAvailable', reason: 'x' };
const same: ChangedFile = { ...changedFile, demand: { kind: 'none', reason: 'Only comments changed.' } };

/** What is known beside good evidence, the verdict, and what its first reason says. */
const table: readonly (readonly [string, Partial<Evidence>, string, RegExp])[] = [
  [
    'no mutant killed in one changed place',
    { sensitivity: mutated({ killed: 1 }, { survived: 2 }) },
    'unproven',
    /^The tests kill no mutant at src\/a\.js:2\.$/,
  ],
  [
    'the survivors of a place are named',
    {
      sensitivity: {
        ...mutated({ survived: 1 }),
        survivors: [{ message: '`a` became `b`.', path: 'src/a.js', line: 1 }],
      },
    },
    'unproven',
    /at src\/a\.js:1: survived that `a` became `b`\.$/,
  ],
  [
    'a mutant killed in each place',
    { sensitivity: mutated({ killed: 1, survived: 3 }) },
    'preserved',
    /^1 of 4 mutants in the change killed\.$/,
  ],
  [
    'nothing to seed in a place',
    { sensitivity: mutated({ killed: 1 }, {}) },
    'unproven',
    /^No mutant could be seeded into what changed at src\/a\.js:2/,
  ],
  [
    'a place that was not tried in time',
    { sensitivity: mutated({ killed: 1 }, { untried: 2, survived: 1 }) },
    'unproven',
    /^The time for mutants ended .* src\/a\.js:2\.$/,
  ],
  [
    'a change that no test tells from what was there',
    { sensitivity: mutated({ killed: 1, unnoticed: '`1` is `2` now' }) },
    'unproven',
    /^No test tells the old from the new at src\/a\.js:1: `1` is `2` now\.$/,
  ],
  [
    'a file whose language has no mutators',
    { sensitivity: { ...mutated({ killed: 1 }), unmutated: [{ message: 'No mutators for b.zz.', path: 'b.zz' }] } },
    'unproven',
    /^No mutators for b\.zz\.$/,
  ],
  [
    'mutants not available',
    { sensitivity: noSensitivity },
    'unproven',
    /^No mutant of the change was shown to the tests: x$/,
  ],
  [
    'no mutant tried so far',
    { sensitivity: { kind: 'pending' } },
    'unproven',
    /^The tests pass; no mutant of the change was tried so far\.$/,
  ],
  [
    'no mutant tried so far of what is the same program',
    { files: [same], sensitivity: { kind: 'pending' } },
    'preserved',
    /./,
  ],
  [
    'mutants not available for what is the same program',
    { files: [same], sensitivity: noSensitivity },
    'preserved',
    /./,
  ],
];

describe('what mutants say of a change', () => {
  for (const [name, more, kind, reason] of table)
    it(`${name}: ${kind}`, () => {
      const verdict = judge(goodEvidence(more));
      assert.equal(verdict.kind, kind, verdict.reasons.join('\n'));
      assert.ok(
        verdict.reasons.some((one) => reason.test(one)),
        verdict.reasons.join('\n'),
      );
    });

  it('is preliminary where nothing else is missing, and only there', () => {
    const pending = { kind: 'pending' } as const;
    const isPreliminary = (more: Partial<Evidence>): boolean =>
      judge(goodEvidence({ sensitivity: pending, ...more })).isPreliminary === true;
    assert.equal(isPreliminary({}), true);
    assert.equal(isPreliminary({ coverage: coverage([2], [3]) }), false);
    assert.equal(isPreliminary({ files: [same] }), false);
    assert.equal(isPreliminary({ sensitivity: noSensitivity }), false);
  });

  it('never proves more by what was not tried, and never less by one more that was killed', () => {
    const isPreserved = (places: readonly Partial<MutatedPlace>[]): boolean =>
      judge(goodEvidence({ sensitivity: mutated(...places) })).kind === 'preserved';
    const at = fc.tuple(fc.array(place, { minLength: 1, maxLength: 4 }), fc.nat(3));
    const changed = (
      [places, index]: readonly [readonly Partial<MutatedPlace>[], number],
      change: (place: Partial<MutatedPlace>) => Partial<MutatedPlace>,
    ): readonly Partial<MutatedPlace>[] => places.map((one, at) => (at === index % places.length ? change(one) : one));
    fc.assert(
      fc.property(at, (one) => {
        const was = isPreserved(one[0]);
        const untried = changed(one, (place) => ({ ...place, untried: (place.untried ?? 0) + 1 }));
        const killed = changed(one, (place) => ({ ...place, killed: (place.killed ?? 0) + 1 }));
        const unknown = judge(goodEvidence({ sensitivity: noSensitivity })).kind;
        assert.ok(was || !isPreserved(untried));
        assert.ok(!was || isPreserved(killed));
        assert.ok(!isPreserved([...one[0], {}]) && unknown === 'unproven');
      }),
    );
  });
});

const place = fc.record<Partial<MutatedPlace>>(
  {
    killed: fc.nat(2),
    survived: fc.nat(2),
    untried: fc.nat(1),
    unnoticed: fc.constant('`1` is `2` now'),
  },
  { requiredKeys: ['killed', 'survived', 'untried'] },
);
