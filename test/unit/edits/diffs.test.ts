import { strict as assert } from 'node:assert';
import { applyPatch } from 'diff';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { decodeBytes, encodeText } from '../../../src/edits/encoding.ts';
import { createProposal, emptyProposal, type EncodedText } from '../../../src/edits/proposal.ts';
import { applyTextEdits, textEdits } from '../../../src/edits/textEdits.ts';
import { diffStat, statLine, unifiedDiff } from '../../../src/edits/unifiedDiff.ts';
import { visibleText } from '../../../src/edits/visibleText.ts';

const plain = (text: string): EncodedText => ({ text, hasBom: false });
/** Texts of few pieces, so that they share lines: all line ends, a surrogate pair, no final line end. */
const text = fc
  .array(fc.constantFrom('a', 'bb', '\n', '\r\n', '\r', '😀', '  ', 'const x = 1;\n'), { maxLength: 12 })
  .map((pieces) => pieces.join(''));

/** Any characters at all. */
const anyText = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff })), { maxLength: 100 })
  .map((codes) => String.fromCodePoint(...codes));

describe('text edits', () => {
  it('lead from before to after', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        assert.equal(applyTextEdits(before, textEdits(before, after)), after);
      }),
      { numRuns: 3_000 },
    );
  });

  it('are ordered, do not overlap, and never cut a line end or a surrogate pair', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = before.split(/\r\n|\r|\n/);
        let last = { line: 0, character: 0 };
        for (const { start, end, newText } of textEdits(before, after)) {
          for (const { line, character } of [start, end]) {
            assert.ok(line > last.line || (line === last.line && character >= last.character));
            assert.ok(character <= (lines[line]?.length ?? -1), 'past the end of the line');
            assert.ok(!/[\uD800-\uDBFF]$/.test(lines[line]?.slice(0, character) ?? ''), 'inside a pair');
            last = { line, character };
          }
          assert.ok(!/\p{Surrogate}/u.test(newText));
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it('are small: a changed word costs that word', () => {
    const before = Array.from({ length: 500 }, (_, index) => `line ${index};\n`).join('');
    assert.deepEqual(textEdits(before, before.replace('line 300;', 'line three;')), [
      { start: { line: 300, character: 5 }, end: { line: 300, character: 8 }, newText: 'three' },
    ]);
    assert.deepEqual(textEdits(before, before), []);
  });

  it('replace the middle when nearly everything changed', () => {
    const lines = (mark: string): string => Array.from({ length: 2_000 }, (_, index) => `${mark}${index}\n`).join('');
    const [before, after] = [`head\n${lines('a')}tail\n`, `head\n${lines('b')}tail\n`];
    assert.equal(applyTextEdits(before, textEdits(before, after)), after);
  });
});

describe('unified diff', () => {
  it('can be applied as a patch, for texts that hide nothing', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c d', ''), { maxLength: 20 });
    fc.assert(
      fc.property(lines, lines, fc.boolean(), fc.boolean(), (old, next, oldEnds, nextEnds) => {
        const before = old.join('\n') + (oldEnds ? '\n' : '');
        const after = next.join('\n') + (nextEnds ? '\n' : '');
        fc.pre(before !== after);
        const diff = unifiedDiff(
          createProposal([{ kind: 'edit', path: 'f', before: plain(before), after: plain(after) }]),
        );
        assert.equal(applyPatch(before, diff), after, diff);
      }),
      { numRuns: 500 },
    );
  });

  it('prints edits, creations, deletions and moves as git does', () => {
    const proposal = createProposal([
      { kind: 'edit', path: 'a.js', before: plain('one\ntwo\n'), after: plain('one\n2') },
      { kind: 'create', path: 'b.js', after: plain('new\n') },
      { kind: 'delete', path: 'c.js', before: plain('gone') },
      { kind: 'move', path: 'e.js', from: 'd.js', before: plain('x\n'), after: plain('x\n') },
      { kind: 'move', path: 'g.js', from: 'f.js', before: plain('x\n'), after: plain('y\n') },
    ]);
    assert.equal(
      unifiedDiff(proposal),
      [
        'diff --git a/a.js b/a.js',
        '--- a/a.js',
        '+++ b/a.js',
        '@@ -1,2 +1,2 @@',
        ' one',
        '-two',
        '+2',
        '\\ No newline at end of file',
        'diff --git a/b.js b/b.js',
        'new file',
        '--- /dev/null',
        '+++ b/b.js',
        '@@ -0,0 +1 @@',
        '+new',
        'diff --git a/c.js b/c.js',
        'deleted file',
        '--- a/c.js',
        '+++ /dev/null',
        '@@ -1 +0,0 @@',
        '-gone',
        '\\ No newline at end of file',
        'diff --git a/d.js b/e.js',
        'rename from d.js',
        'rename to e.js',
        'diff --git a/f.js b/g.js',
        'rename from f.js',
        'rename to g.js',
        '--- a/f.js',
        '+++ b/g.js',
        '@@ -1 +1 @@',
        '-x',
        '+y',
        '',
      ].join('\n'),
    );
    assert.equal(statLine(proposal), '5 files changed, 3 lines added, 3 removed');
    assert.equal(unifiedDiff(emptyProposal), '');
    assert.deepEqual(diffStat(emptyProposal), { files: 0, added: 0, removed: 0 });
  });

  it('shows what hides: bidi, zero-width, tags, terminal controls, a byte order mark, changed line ends', () => {
    const before = { text: 'ok\n', hasBom: false };
    const shown = (after: EncodedText): string =>
      unifiedDiff(createProposal([{ kind: 'edit', path: 'a', before, after }]));
    assert.match(
      shown(plain('ok\u202E\u200B\u{E0041}\u001B[31m\n')),
      /\+ok\\u\{202e\}\\u\{200b\}\\u\{e0041\}\\u\{1b\}\[31m/,
    );
    assert.match(shown({ text: 'ok\n', hasBom: true }), /\+\\u\{feff\}ok/);
    assert.match(shown(plain('ok\r\n')), /\+ok\\u\{d\}/);
    const crlf = createProposal([{ kind: 'edit', path: 'a', before: plain('a\r\nb\r\n'), after: plain('a\r\nc\r\n') }]);
    assert.match(unifiedDiff(crlf), /\n\+c\n$/);
    assert.match(
      unifiedDiff(createProposal([{ kind: 'create', path: 'a\u202Etxt.js', after: plain('') }])),
      /b\/a\\u\{202e\}txt\.js/,
    );
  });

  it('shows the middle as replaced when nearly everything changed, still as a patch', () => {
    const lines = (mark: string): string => Array.from({ length: 2_000 }, (_, index) => `${mark}${index}\n`).join('');
    for (const end of ['tail\n', 'tail', '1\n2\n3\n4\n5\n', '']) {
      const [before, after] = [`head\n${lines('a')}${end}`, `head\n${lines('b')}more\n${end}`];
      const proposal = createProposal([{ kind: 'edit', path: 'a', before: plain(before), after: plain(after) }]);
      assert.equal(applyPatch(before, unifiedDiff(proposal)), after);
      assert.deepEqual(diffStat(proposal), { files: 1, added: 2_001, removed: 2_000 });
    }
  });
});

describe('visible text', () => {
  it('leaves no hidden character, and plain text as it is', () => {
    fc.assert(
      fc.property(anyText, (raw) => {
        assert.doesNotMatch(
          visibleText(raw).replaceAll('\u200D', ''),
          /[\u202A-\u202E\u2066-\u2069\u200B\u{E0000}-\u{E007F}\u001B\u009B]/u,
        );
      }),
    );
    fc.assert(fc.property(fc.stringMatching(/^[ -~\t\n]*$/), (raw) => assert.equal(visibleText(raw), raw)));
  });

  it('keeps pictures whole, and shows a joiner elsewhere', () => {
    assert.equal(visibleText('👩‍💻 ❤️'), '👩‍💻 ❤️');
    assert.equal(visibleText('a\u200Db'), 'a\\u{200d}b');
  });
});

describe('encoding', () => {
  it('gives back every byte that it took as text', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const outcome = decodeBytes(bytes);
        if (outcome.kind === 'text') assert.deepEqual(Uint8Array.from(encodeText(outcome.content)), bytes);
      }),
      { numRuns: 2_000 },
    );
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.boolean(), (raw, hasBom) => {
        fc.pre(!raw.includes('\0') && !raw.startsWith('\uFEFF'));
        assert.deepEqual(decodeBytes(encodeText({ text: raw, hasBom })), {
          kind: 'text',
          content: { text: raw, hasBom },
        });
      }),
    );
  });

  it('tells binary from undecodable', () => {
    const kindOf = (...bytes: number[]): string => decodeBytes(Uint8Array.from(bytes)).kind;
    assert.equal(kindOf(0x61, 0, 0x62), 'binary');
    assert.equal(kindOf(0xff, 0xfe, 0x61, 0), 'undecodable');
    assert.equal(kindOf(0xfe, 0xff, 0, 0x61), 'undecodable');
    assert.equal(kindOf(0x61, 0xe4), 'undecodable');
    assert.equal(kindOf(0xed, 0xa0, 0x80), 'undecodable');
    assert.equal(kindOf(), 'text');
  });
});
