import { withMutant } from '../../../src/verify/mutation/changes/mutant.ts';
import { strict as assert } from 'node:assert';
import { runInNewContext } from 'node:vm';
import { describe, it } from 'mocha';
import type { EncodedText } from '../../../src/edits/proposal.ts';
import { isAbortError } from '../../../src/util/abort.ts';
import { compareKills, type Noticing, type Version } from '../../../src/verify/stages/6-weaker-tests/compareKills.ts';
import { testedCode } from '../../../src/verify/stages/6-weaker-tests/testedCode.ts';
import { tokenMutants } from '../../../src/verify/stages/6-weaker-tests/tokenMutants.ts';
import { seedMutants } from '../../../src/verify/mutation/script/mutantSeeder.ts';
import type { ReferenceRun } from '../../../src/verify/stages/5-mutants/judgeMutant.ts';

const code = 'function area(w, h) {\n  if (w < 0) throw new RangeError("negative");\n  return w * h;\n}\n';
type Area = (w: number, h: number) => number;
type Test = (area: Area) => boolean;

const strong: Test = (area) => area(2, 5) === 10 && area(0, 3) === 0 && throws(() => area(-1, 1));

describe('what changed tests notice', () => {
  it('is less when a mutant that the old ones see passes the new ones by', async () => {
    const weaker: readonly Test[] = [
      () => true,
      (area) => area(2, 5) > 0,
      (area) => area(2, 5) === 10,
      (area) => area(1, 1) === 1 && throws(() => area(-1, 1)),
    ];
    for (const now of weaker) {
      const { lost, seeded, noticed } = await compare({ old: strong, new: now });
      assert.ok(lost.length > 0, String(now));
      assert.ok(seeded > noticed);
      assert.match(
        lost[0]?.message ?? '',
        /^They kill less than before: the mutant in which `.*` became `.*` survives now$/,
      );
      assert.equal(lost[0]?.path, 'area.js');
    }
  });

  it('is no less when they say the same in other words, or more', async () => {
    const other: Test = (area) =>
      [
        [2, 5, 10],
        [0, 3, 0],
      ].every(([w = 0, h = 0, expected]) => area(w, h) === expected) && throws(() => area(-1, 1));
    for (const now of [strong, other, (area: Area) => other(area) && area(7, 7) === 49]) {
      const { lost, seeded } = await compare({ old: strong, new: now });
      assert.deepEqual(lost, []);
      assert.ok(seeded >= 5);
    }
    assert.deepEqual((await compare({ old: (area) => area(2, 5) > 0, new: strong })).lost, []);
  });

  it('is not called less for tests that fail by chance', async () => {
    let calls = 0;
    const chance: Test = () => (calls += 1) % 3 !== 2;
    assert.deepEqual((await compare({ old: chance, new: () => true }, 'chance')).lost, []);
  });

  it('leaves the code as it was, also when it is cancelled', async () => {
    const controller = new AbortController();
    const written: string[] = [];
    const cancelled = compare({ old: strong, new: strong }, 'cancelled', written, controller);
    await assert.rejects(cancelled, isAbortError);
    assert.ok(written.length >= 2);
    assert.equal(written.at(-1), code);
  });
});

describe('mutants by tokens', () => {
  it('leave comments alone, and change exactly what they say', () => {
    const python = '# a + b == c\ndef f(a):\n    """not a + 1"""\n    return a + 1 if a == "key" else not a\n';
    const mutants = tokenMutants('m.py', python);
    assert.deepEqual(
      mutants.map(({ line }) => line).filter((line) => line === 1 || line === 3),
      [],
    );
    const texts = mutants.map((mutant) => withMutant(python, mutant).split('\n')[3] ?? '');
    for (const expected of [
      '    return a - 1 if a == "key" else not a',
      '    return a + 2 if a == "key" else not a',
      '    return a + 1 if a != "key" else not a',
      '    return a + 1 if a == "" else not a',
      '    return a + 1 if a == "key" else a',
      '    return None',
    ])
      assert.ok(texts.includes(expected), expected);
    assert.equal(new Set(texts).size, texts.length);
  });

  it('know loops of other languages, and stay out of the tests that stand in a file of Rust', () => {
    const go =
      'func Sum(a []int) int {\n\ts := 0 // not + that\n\tfor _, x := range a {\n\t\ts += x\n\t}\n\treturn s\n}\n';
    const texts = tokenMutants('a.go', go).map((mutant) => withMutant(go, mutant));
    assert.ok(texts.some((text) => text.includes('s -= x')) && texts.some((text) => text.includes('s = x')));
    assert.ok(texts.every((text) => text.includes('// not + that')));
    const rust = 'pub fn f() -> i64 { 1 }\n#[cfg(test)]\nmod tests { fn g() { assert_eq!(super::f(), 1); } }\n';
    assert.deepEqual(
      tokenMutants('lib.rs', rust).map(({ line }) => line),
      [1],
    );
  });
});

describe('the code that tests are about', () => {
  const files = [
    'src/cart.js',
    'src/index.js',
    'src/other.js',
    'test/cart.test.js',
    'vitest.config.js',
    'a/x.go',
    'b/x.go',
  ];
  const about = (path: string, text: string, changed: readonly string[] = []): readonly string[] =>
    testedCode(new Map([[path, text]]), files, new Set(changed));

  it('is what they name, with what is changed along first', () => {
    assert.deepEqual(about('test/cart.test.js', `import '../src/cart.js';`), ['src/cart.js']);
    assert.deepEqual(about('test/cart.test.js', `import '../src/cart.js';`, ['src/other.js']), [
      'src/other.js',
      'src/cart.js',
    ]);
    assert.deepEqual(about('test/all.test.js', `import '../src';`), ['src/index.js']);
    assert.deepEqual(about('a/x_test.go', 'package a'), ['a/x.go']);
  });

  it('is all of it for what names nothing, and never tests or settings', () => {
    assert.deepEqual(about('test/fixtures/prices.json', '[1]'), [
      'src/cart.js',
      'src/index.js',
      'src/other.js',
      'a/x.go',
      'b/x.go',
    ]);
  });
});

/** Runs both versions on the code for real, in a context of its own. */
async function compare(
  tests: Readonly<Record<Version, Test>>,
  name = 'seen',
  written: string[] = [],
  controller = new AbortController(),
): Promise<Noticing> {
  let [version, text]: [Version, string] = ['new', code];
  const run = (): ReferenceRun => {
    const area = runInNewContext(`${text}; area`) as Area;
    let outcome: 'passed' | 'failed' = 'failed';
    try {
      outcome = tests[version](area) ? 'passed' : 'failed';
    } catch {
      // It fails.
    }
    return { kind: 'finished', command: 'test', tests: [{ id: `t › ${name}`, outcome }], durationMs: 0 };
  };
  const passed: ReferenceRun = { ...run(), tests: [{ id: `t › ${name}`, outcome: 'passed' }] };
  return compareKills(
    {
      code: new Map<string, EncodedText>([['area.js', { text: code, hasBom: false }]]),
      mutants: await seedMutants('area.js', code, [{ start: 1, end: 5 }]),
      references: { old: passed, new: passed },
      hasBuild: false,
      lay: async (which, _path, content) => {
        [version, text] = [which, content.text];
        written.push(content.text);
        if (name === 'cancelled') controller.abort();
        return undefined;
      },
      runTests: async (_limit, { aborted }) => {
        if (aborted) throw new DOMException('', 'AbortError');
        return run();
      },
      budgetMs: 60_000,
    },
    controller.signal,
  );
}

function throws(work: () => unknown): boolean {
  try {
    work();
    return false;
  } catch (error) {
    return error instanceof Error || String(error).startsWith('RangeError');
  }
}
