import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { describeHiddenCharacters, findHiddenCharacters } from '../../../src/edits/hiddenCharacters.ts';
import { createProposal } from '../../../src/edits/proposal.ts';

describe('hidden characters', () => {
  it('that were there before are not reported; those that are new are, with their line', () => {
    const found = edit('a\u200B\nb\n', 'a\u200B\nb\u200B\n');
    assert.deepEqual(found, [{ path: 'a.js', family: 'zero-width', count: 1, line: 2, codePoints: ['U+200B'] }]);
  });

  it('are found in every family', () => {
    const families = edit('', '\u2066\u200D\u{E0041}\u{E0100}\u0007').map(({ family }) => family);
    assert.deepEqual(families, ['bidirectional control', 'zero-width', 'tag', 'variation selector', 'control']);
  });

  it('are not seen in ordinary text of any script, tabs, line ends and emoji presentation', () =>
    assert.deepEqual(edit('', '\tдобре 日本語 العربية עברית ❤\uFE0F\r\nx\f\n'), []));

  it('are described in one sentence', () => {
    const [one] = edit('', 'x\n\u202Ey\u202E');
    assert.ok(one);
    assert.equal(
      describeHiddenCharacters(one),
      'a.js gains 2 hidden bidirectional control characters (U+202E), first on line 2.',
    );
  });
});

function edit(before: string, after: string) {
  const content = (text: string) => ({ text, hasBom: false });
  return findHiddenCharacters(
    createProposal([{ kind: 'edit', path: 'a.js', before: content(before), after: content(after) }]),
  );
}
