import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { createProposal } from '../../../src/edits/proposal.ts';
import { witnessedLines } from '../../../src/verify/coverage/witnesses.ts';

/** The lines that mutants of the marked words witness when all between `from` and its end is new. */
function witnessed(from: string, killed: readonly string[]): readonly number[] {
  const [head = '', tail = ''] = from.split('§');
  const text = head + tail;
  const proposal = createProposal([
    { kind: 'edit', path: 'a.go', before: { text: head, hasBom: false }, after: { text, hasBom: false } },
  ]);
  const mutants = killed.map((word) => {
    const start = text.indexOf(word, head.length);
    assert.ok(start >= 0, word);
    return { path: 'a.go', start, end: start + word.length };
  });
  return witnessedLines(proposal, mutants).map(({ line }) => line);
}

const condition = 'package a\n\n§func f(a, b, c bool) bool {\n\treturn a || b && c\n}\n';

describe('what a killed mutant witnesses in Go', () => {
  it('is the operand that it stands in, and those before it', () => {
    assert.deepEqual(witnessed(condition, ['c\n']), []);
    assert.deepEqual(witnessed(condition.replace('&& c', '&& cc'), ['cc']), [4]);
    assert.deepEqual(witnessed(condition.replace('b &&', 'bb &&'), ['bb']), []);
  });

  it('is nothing by the operator, nor by what stands before it', () => {
    for (const word of ['||', '&&', 'return', 'a ||']) assert.deepEqual(witnessed(condition, [word]), [], word);
  });

  it('is each operand by itself, where brackets part them', () => {
    const two = 'package a\n\n§func f(a, b, c, d bool) bool {\n\treturn (a || bb) && (cc || dd)\n}\n';
    assert.deepEqual(witnessed(two, ['dd']), []);
    assert.deepEqual(witnessed(two, ['bb', 'dd']), [4]);
  });

  it('is a value of the package, by a mutant of its line', () => {
    const group = 'package a\n\n§var (\n\tfirst = "one"\n\tsecond = "two"\n)\n';
    assert.deepEqual(witnessed(group, ['"one"']), [4]);
    assert.deepEqual(witnessed(group, ['"one"', '"two"']), [4, 5]);
  });

  it('is no line of another kind', () => {
    const plain = 'package a\n\n§const limit = 3\n\nfunc f(a int) int {\n\treturn a + limit\n}\n';
    assert.deepEqual(witnessed(plain, ['3', 'limit']), []);
  });
});
