import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { applyHunks, hunkLines, lineHunks, splitLines } from '../../../src/edits/hunks.ts';

const line = fc.constantFrom('a\n', 'b\n', '  a\n', '\n', 'c\r\n', 'ß\n');
const text = fc
  .tuple(fc.array(line, { maxLength: 12 }), fc.constantFrom('', 'a', 'end'))
  .map(([lines, last]) => lines.join('') + last);

describe('line hunks', () => {
  it('all of them make the text after, none of them the text before', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const hunks = lineHunks(before, after);
        assert.equal(applyHunks(before, after, hunks), after);
        assert.equal(applyHunks(before, after, []), before);
        assert.equal(hunks.length === 0, before === after);
      }),
    );
  });

  it('can be made in parts: what is left is the rest of the hunks', () => {
    fc.assert(
      fc.property(text, text, fc.infiniteStream(fc.boolean()), (before, after, coins) => {
        const hunks = lineHunks(before, after);
        const chosen = hunks.filter(() => coins.next().value);
        const middle = applyHunks(before, after, chosen);
        const rest = lineHunks(middle, after);
        assert.equal(applyHunks(middle, after, rest), after);
        assert.ok(chosen.length > 0 || middle === before);
      }),
    );
  });

  it('name each line that is on one side only', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const hunks = lineHunks(before, after);
        const changed = new Set(hunks.flatMap((hunk) => hunkLines(hunk, 'after')));
        const kept = splitLines(after).filter((_, index) => !changed.has(index + 1));
        const gone = new Set(hunks.flatMap((hunk) => hunkLines(hunk, 'before')));
        assert.deepEqual(
          kept,
          splitLines(before).filter((_, index) => !gone.has(index + 1)),
        );
      }),
    );
  });

  it('can overlook indentation', () => {
    assert.deepEqual(lineHunks('if (a) {\n  b();\n}\n', 'b();\n', { ignoresIndentation: true }), [
      { beforeStart: 1, beforeCount: 1, afterStart: 1, afterCount: 0 },
      { beforeStart: 3, beforeCount: 1, afterStart: 2, afterCount: 0 },
    ]);
  });

  it('takes the middle as a whole when the texts are far apart', () => {
    const many = (letter: string): string =>
      Array.from({ length: 3_000 }, (_, index) => `${letter}${index}\n`).join('');
    const [before, after] = [`head\n${many('a')}tail\n`, `head\n${many('b')}tail\n`];
    assert.deepEqual(lineHunks(before, after), [
      { beforeStart: 2, beforeCount: 3_000, afterStart: 2, afterCount: 3_000 },
    ]);
  });
});
