import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { createProposal } from '../../../../src/edits/proposal.ts';
import { changedSides, touchedLines, type ChangedSide } from '../../../../src/languages/texts/changedSpans.ts';

const lines = fc
  .array(fc.constantFrom('a();', 'b(1, 2);', '  if (c) {', '}', '', 'é = "ü";'), { maxLength: 12 })
  .chain((all) => fc.constantFrom('\n', '\r\n').map((end) => all.join(end)));

function sides(before: string, after: string): readonly ChangedSide[] {
  const proposal = createProposal([
    { kind: 'edit', path: 'x.js', before: { text: before, hasBom: false }, after: { text: after, hasBom: false } },
  ]);
  return changedSides(proposal);
}

function unchanged({ text, spans }: ChangedSide): string {
  let [rest, at] = ['', 0];
  for (const { start, end } of spans) {
    assert.ok(start >= at && end > start && end <= text.length);
    rest += text.slice(at, start);
    at = end;
  }
  return rest + text.slice(at);
}

describe('changed spans', () => {
  it('leave the same text on both sides', () =>
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const [old, now] = sides(before, after);
        assert.ok(old !== undefined && now !== undefined);
        assert.equal(unchanged(old), unchanged(now));
      }),
    ));

  it('tell line by line what differs when as many lines take the place of others', () => {
    const [old, now] = sides("var a = o || 'x';\nvar b = o;\n", "const a = o || 'x';\nconst b = o;\n");
    const told = (side: ChangedSide | undefined): readonly string[] =>
      side?.spans.map(({ start, end }) => side.text.slice(start, end)) ?? [];
    assert.deepEqual(
      [told(old), told(now)],
      [
        ['var', 'var'],
        ['const', 'const'],
      ],
    );
  });

  it('are empty when nothing changes', () =>
    fc.assert(fc.property(lines, (text) => sides(text, text).every(({ spans }) => spans.length === 0))));

  it('cut at lines cover the same offsets', () =>
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        for (const changed of sides(before, after)) {
          const cut = touchedLines(changed).map(({ start, end }) => changed.text.slice(start, end));
          const whole = changed.spans.map(({ start, end }) => changed.text.slice(start, end));
          assert.equal(cut.join(''), whole.join(''));
          for (const { line, start } of touchedLines(changed))
            assert.equal(changed.text.slice(0, start).split('\n').length - 1, line);
        }
      }),
    ));

  it('take created and deleted files as a whole', () => {
    const text = { text: 'a();\nb();\n', hasBom: false };
    const proposal = createProposal([
      { kind: 'create', path: 'new.js', after: text },
      { kind: 'delete', path: 'old.js', before: text },
    ]);
    assert.deepEqual(
      changedSides(proposal).map(({ path, side, spans }) => [path, side, spans]),
      [
        ['new.js', 'after', [{ start: 0, end: 10 }]],
        ['old.js', 'before', [{ start: 0, end: 10 }]],
      ],
    );
  });
});
