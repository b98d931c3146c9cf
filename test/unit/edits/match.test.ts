import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { locate, type LocateOutcome, type MatchTolerance } from '../../../src/edits/match.ts';

/** The text after the replacement, or how it was refused. */
function replaced(text: string, old: string, replacement: string): string {
  const outcome = locate(text, old, replacement);
  return outcome.kind === 'found' ? splice(text, outcome) : `<${outcome.kind}>`;
}

function splice(text: string, { span, replacement }: LocateOutcome & { kind: 'found' }): string {
  return text.slice(0, span.start) + replacement + text.slice(span.end);
}

function toleranceOf(text: string, old: string): MatchTolerance | undefined {
  const outcome = locate(text, old, 'x');
  return outcome.kind === 'found' ? outcome.tolerance : undefined;
}

const word = fc.stringMatching(/^[a-z]{1,6}$/);
/** A file of distinct lines, nested by two spaces. */
const file = fc
  .uniqueArray(fc.tuple(word, fc.nat(3)), { minLength: 3, maxLength: 12, selector: ([name]) => name })
  .map((lines) => lines.map(([name, depth]) => `${'  '.repeat(depth)}${name}(${name});`));
/** A file, a range of its lines, and new lines for it. */
const change = fc.tuple(file, fc.nat(), fc.nat(), fc.array(word, { maxLength: 4 })).map(([lines, a, b, names]) => {
  const from = a % lines.length;
  const to = from + 1 + (b % (lines.length - from));
  const indent = /^ */.exec(lines[from] ?? '')?.[0] ?? '';
  return { lines, from, to, added: names.map((name) => `${indent}new_${name};`) };
});

describe('match', () => {
  it('replaces exactly what is unique, whatever the text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1 }), fc.string(), fc.string(), (head, old, tail, next) => {
        const text = head + old + tail;
        fc.pre(text.indexOf(old) === text.lastIndexOf(old) && !/[\r\n]/.test(text + next));
        assert.equal(replaced(text, old, next), head + next + tail);
      }),
    );
  });

  it('finds lines whose line ends, trailing blanks or indentation differ, and writes the new ones as the file does', () => {
    const style = fc.record({
      crlf: fc.boolean(),
      trailing: fc.constantFrom('', ' ', '\t '),
      unit: fc.constantFrom('  ', '    ', '\t'),
    });
    fc.assert(
      fc.property(change, style, fc.nat(3), ({ lines, from, to, added }, { crlf, trailing, unit }, shift) => {
        const eol = crlf ? '\r\n' : '\n';
        const inFile = (line: string): string => line.replace(/^ +/, (blanks) => unit.repeat(blanks.length / 2));
        const onDisk = lines.map((line) => inFile(line) + trailing);
        // The model shows the same lines with its own indentation, without trailing blanks, with \n.
        const shown = (all: readonly string[]): string => all.map((line) => ' '.repeat(shift) + line).join('\n');
        const outcome = locate(onDisk.join(eol) + eol, shown(lines.slice(from, to)), shown(added));
        assert.equal(outcome.kind, 'found');
        const result = outcome.kind === 'found' ? splice(onDisk.join(eol) + eol, outcome) : '';
        const resultLines = result.split(eol);
        const kept = [...onDisk.slice(0, from), ...onDisk.slice(to)];
        for (const line of kept) assert.ok(resultLines.some((one) => one.trim() === line.trim()));
        assert.equal(resultLines.slice(0, from).join(eol), onDisk.slice(0, from).join(eol));
        if (added.length > 0) {
          const middle = resultLines.slice(from, from + added.length).map((line) => line.replace(/[ \t]+$/, ''));
          assert.deepEqual(middle, added.map(inFile));
        }
        if (crlf) assert.ok(!/[^\r]\n/.test(result), 'a lone line feed came in');
      }),
    );
  });

  it('never changes anything outside of the place, nor lines that old and new share', () => {
    fc.assert(
      fc.property(change, fc.constantFrom(' ', '\t'), ({ lines, from, to, added }, trailing) => {
        const onDisk = lines.map((line) => `${line}${trailing}`).join('\r\n');
        const context = lines.slice(from, to);
        const result = replaced(onDisk, context.join('\n') + '\n', [...context, ...added].join('\n') + '\n');
        const expected = [...lines.slice(0, to).map((line) => line + trailing), ...added];
        if (to < lines.length) expected.push(...lines.slice(to).map((line) => line + trailing));
        assert.equal(result, expected.join('\r\n'));
      }),
    );
  });

  it('refuses what stands twice and names the lines', () => {
    fc.assert(
      fc.property(word, fc.integer({ min: 2, max: 30 }), (name, times) => {
        const text = Array.from({ length: times }, (_, index) => `-${index}-${name}-`).join('\n');
        const outcome = locate(text, `-${name}-`, 'x');
        assert.equal(outcome.kind, 'ambiguous');
        if (outcome.kind !== 'ambiguous') return;
        assert.deepEqual(
          outcome.lines,
          Array.from({ length: Math.min(times, 10) }, (_, index) => index + 1),
        );
        assert.equal(outcome.isCut, times > 10);
      }),
    );
  });

  it('counts overlapping places', () => assert.equal(locate('aaa', 'aa', 'b').kind, 'ambiguous'));

  it('is exact where it can be, and forgives no more than it must', () => {
    assert.equal(toleranceOf('a;\r\nb;\r\n', 'a;\r\nb;'), 'exact');
    assert.equal(toleranceOf('a;\r\nb;\r\n', 'a;\nb;'), 'lineEnds');
    assert.equal(toleranceOf('a;  \nb;\n', 'a;\nb;'), 'trailingSpace');
    assert.equal(toleranceOf('  a;\n  b;\n', 'a;\nb;'), 'indentation');
  });

  it('prefers the exact place to ones that are only alike', () =>
    assert.equal(replaced('  a;\n  b;\na;\nb;\n', '\na;\nb;', '\nc;'), '  a;\n  b;\nc;\n'));

  it('does not take a longer word for one with a blank after it', () => {
    assert.equal(locate('const xy = 1;', 'const x ', 'let x ').kind, 'missing');
    assert.equal(replaced('const x\n', 'const x ', 'let x'), 'let x\n');
  });

  it('changes indentation between tabs and spaces', () => {
    const text = 'function f() {\n\tif (a) {\n\t\treturn 1;\n\t}\n}\n';
    const old = '    if (a) {\n        return 1;\n    }';
    const next = '    if (a) {\n        if (b) {\n            return 2;\n        }\n    }';
    assert.equal(
      replaced(text, old, next),
      'function f() {\n\tif (a) {\n\t\tif (b) {\n\t\t\treturn 2;\n\t\t}\n\t}\n}\n',
    );
    const spaces = 'function f() {\n  if (a) {\n    return 1;\n  }\n}\n';
    const tabs = replaced(
      spaces,
      '\tif (a) {\n\t\treturn 1;\n\t}',
      '\tif (a) {\n\t\tif (b) {\n\t\t\treturn 2;\n\t\t}\n\t}',
    );
    assert.equal(tabs, 'function f() {\n  if (a) {\n    if (b) {\n      return 2;\n    }\n  }\n}\n');
  });

  it('lets the first line stand without its indentation', () => {
    const text = 'class A {\n    f() {\n        g();\n    }\n}\n';
    const old = 'f() {\n      g();\n  }';
    const next = 'f() {\n      h();\n      g();\n  }';
    assert.equal(replaced(text, old, next), 'class A {\n    f() {\n        h();\n        g();\n    }\n}\n');
  });

  it('goes on at the depth of a line that stands deeper than it was quoted', () => {
    const text = 'f() {\n      a();\n}\n';
    assert.equal(
      replaced(text, '  a();', '  b();\n  if (c)\n    d();'),
      'f() {\n      b();\n      if (c)\n        d();\n}\n',
    );
  });

  it('refuses to re-indent what nests differently', () => {
    assert.equal(locate('if a:\n    b()\n    c()\n', 'if a:\n    b()\nc()', 'x').kind, 'missing');
    assert.equal(locate('if a:\n    b()\nc()\n', 'if a:\n    b()\n    c()', 'x').kind, 'missing');
  });

  it('takes a last line without its line end', () => {
    assert.equal(replaced('a\nb', 'b\n', 'c\n'), 'a\nc');
    assert.equal(replaced('a\nb', 'a\nb\n', ''), '');
  });

  it('keeps the line ends of a mixed file where lines are kept', () =>
    assert.equal(replaced('a\r\nb\nc\r\nd\n', 'a\nb\nc\nd', 'a\nb\nX\nd'), 'a\r\nb\nX\r\nd\n'));

  it('fills an empty file, and refuses an empty old text elsewhere', () => {
    assert.equal(replaced('', '', 'a\n'), 'a\n');
    assert.equal(locate('a', '', 'b').kind, 'emptyOld');
    assert.equal(locate('a\n\nb', '\n \n', 'b').kind, 'missing');
  });

  it('shows the nearest place of a text that is missing', () => {
    const text = Array.from({ length: 40 }, (_, index) => `line${index}(${index});`).join('\n');
    const outcome = locate(text, 'line20(20);\nline21(99);\nline22(22);', 'x');
    assert.equal(outcome.kind, 'missing');
    if (outcome.kind !== 'missing') return;
    assert.deepEqual(outcome.excerpts[0], {
      firstLine: 21,
      lastLine: 23,
      text: 'line20(20);\nline21(21);\nline22(22);',
    });
    assert.equal(outcome.hasNewText, false);
  });

  it('shows a line that is only alike, and says when the new text is there already', () => {
    const alike = locate('a();\nconst total = sum(items);\n', 'const total = sum(elements);', 'x');
    assert.equal(alike.kind === 'missing' && alike.excerpts[0]?.firstLine, 2);
    const done = locate('const total = sum(items);\n', 'const total = items.reduce(add);', 'const total = sum(items);');
    assert.equal(done.kind === 'missing' && done.hasNewText, true);
  });

  it('bounds excerpts of long lines and large texts', () => {
    const text = Array.from({ length: 30_000 }, (_, index) => `${'x'.repeat(30)}${index % 7}`).join('\n');
    const outcome = locate(text, `${'x'.repeat(29)}\n`.repeat(50), 'y');
    assert.equal(outcome.kind, 'missing');
    if (outcome.kind === 'missing') for (const { text: shown } of outcome.excerpts) assert.ok(shown.length < 2_100);
  });
});
