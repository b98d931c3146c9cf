import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { parseScript } from '../../../src/runners/scripts/scriptText.ts';

describe('parseScript', () => {
  function commands(script: string): unknown {
    const parsed = parseScript(script);
    if (parsed.kind === 'needsShell') return `needs a shell: ${parsed.what}`;
    return parsed.commands.map(({ env, words, pipedInto = [] }) => [
      env,
      ...words.map((word) => (word.isGlob ? `glob ${word.text}` : word.text)),
      ...pipedInto.map((program) => `| ${program.map(({ text }) => text).join(' ')}`),
    ]);
  }

  const cases: readonly (readonly [string, unknown])[] = [
    ['mocha', [[{}, 'mocha']]],
    ['  mocha   --grep\t"two words" ', [[{}, 'mocha', '--grep', 'two words']]],
    [
      'a && b -x&&c',
      [
        [{}, 'a'],
        [{}, 'b', '-x'],
        [{}, 'c'],
      ],
    ],
    ['A=1 B="x y" node t.js C=3', [[{ A: '1', B: 'x y' }, 'node', 't.js', 'C=3']]],
    ["mocha 'test/*.js' test/*.js", [[{}, 'mocha', 'test/*.js', 'glob test/*.js']]],
    ['node "test/**/*.js" a\\ b', [[{}, 'node', 'test/**/*.js', 'a b']]],
    [`echo "a \\"b\\" \\n"`, [[{}, 'echo', 'a "b" \\n']]],
    [`x ''`, [[{}, 'x', '']]],
    ['a || b', 'needs a shell: |'],
    ["a 'b|c;d'", [[{}, 'a', 'b|c;d']]],
    ['a; b', 'needs a shell: ;'],
    ['A=1 a t/*.js | b -c', [[{ A: '1' }, 'a', 'glob t/*.js', '| b -c']]],
    [
      'a && b 2>&1|c|& d && e',
      [
        [{}, 'a'],
        [{}, 'b', '| c', '| d'],
        [{}, 'e'],
      ],
    ],
    ['set -o pipefail; a | b', [[{}, 'a', '| b']]],
    ['set -e && set -o pipefail && a 2>/dev/null', [[{}, 'a']]],
    ['a; set -e', 'needs a shell: ;'],
    ['a; set -e; b', 'needs a shell: ;'],
    ['a | set -e', [[{}, 'a', '| set -e']]],
    ['a |', 'needs a shell: &&'],
    ['| a', 'needs a shell: |'],
    ['a || true', 'needs a shell: |'],
    ['a 2>&1x', 'needs a shell: >'],
    ['a >b | c', 'needs a shell: >'],
    ['a >/dev/nullx', 'needs a shell: >'],
    ['a | b; c', 'needs a shell: ;'],
    ['a & b', 'needs a shell: &'],
    ['a > b', 'needs a shell: >'],
    ['a $B', 'needs a shell: $'],
    ['a "$B"', 'needs a shell: $'],
    ["a '$B'", [[{}, 'a', '$B']]],
    ['a `b`', 'needs a shell: `'],
    ['(a)', 'needs a shell: ('],
    ['a "b', 'needs a shell: "'],
    ['~/a', 'needs a shell: ~'],
    ['a #b', 'needs a shell: #'],
    ['a b#c', [[{}, 'a', 'b#c']]],
    ['a &&', 'needs a shell: &&'],
    ['&& a', 'needs a shell: &&'],
    ['', 'needs a shell: &&'],
    ['a\nb', 'needs a shell: \n'],
    ['a \\', 'needs a shell: \\'],
  ];
  for (const [script, expected] of cases)
    it(`reads ${JSON.stringify(script)}`, () => assert.deepEqual(commands(script), expected));

  it('gives back every word that was quoted', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string().filter((text) => !text.includes("'")),
          { minLength: 1 },
        ),
        (words) => {
          const parsed = parseScript(`run ${words.map((word) => `'${word}'`).join(' ')}`);
          assert.ok(parsed.kind === 'commands');
          assert.deepEqual(
            parsed.commands[0]?.words.slice(1).map((word) => word.text),
            words,
          );
        },
      ),
    );
  });

  it('never throws, and lets no unquoted shell syntax through', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...`ab &|;$<>()\`'"\\*~#\n`), maxLength: 20 }), (script) => {
        const parsed = parseScript(script);
        if (parsed.kind === 'needsShell' || /['"\\]/.test(script)) return;
        assert.ok(!/\|\||[;$<>()`\n]/.test(script));
      }),
    );
  });
});
