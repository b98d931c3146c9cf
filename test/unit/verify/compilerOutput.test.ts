import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { parseCompilerOutput } from '../../../src/verify/programs/compilerOutput.ts';

describe('compiler output', () => {
  it('is read line by line: messages, their continuations, general errors, files', () => {
    const { diagnostics, general, files } = parseCompilerOutput(
      [
        "src/a b(1).ts(3,5): error TS2345: Argument of type '(x) => y' is wrong.",
        "  Types of parameters 'x' and 'z' are incompatible.",
        'src\\c.ts(10,1): warning TS6133: unused',
        "error TS5083: Cannot read file '/w/base.json'.",
        '/w/src/a b(1).ts',
        'C:\\w\\src\\c.ts',
        '',
      ].join('\r\n'),
    );
    assert.deepEqual(
      diagnostics.map(({ path, range, severity, code, message }) => [path, range.start, severity, code, message]),
      [
        [
          'src/a b(1).ts',
          { line: 2, character: 4 },
          'error',
          'TS2345',
          "Argument of type '(x) => y' is wrong.\nTypes of parameters 'x' and 'z' are incompatible.",
        ],
        ['src/c.ts', { line: 9, character: 0 }, 'warning', 'TS6133', 'unused'],
      ],
    );
    assert.deepEqual(general, ["TS5083: Cannot read file '/w/base.json'."]);
    assert.deepEqual([...files], ['/w/src/a b(1).ts', 'C:/w/src/c.ts']);
  });

  it('is empty for noise', () => {
    const { diagnostics, general, files } = parseCompilerOutput('hello\n  indented without a message before\n');
    assert.deepEqual([diagnostics.length, general.length, files.size], [0, 0, 0]);
  });
});
