import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { tidyLayout } from '../../src/engine/analysis/layout.ts';
import { createSourceShelf } from '../../src/engine/analysis/source.ts';

const shelf = createSourceShelf();

function tidy(before: string, after: string, path = 'a.js'): string {
  const open = (text: string) => {
    const source = shelf.open(path, text);
    assert.ok(source !== undefined && source.syntaxErrors.length === 0);
    return source;
  };
  return tidyLayout(shelf, path, open(before), open(after)).text;
}

describe('layout after a rewriting', () => {
  it('indents what moved out of a block and drops the lines that this emptied', () => {
    const before = 'function f(a) {\n  if (a) {\n    return 1;\n  } else {\n    return 2;\n  }\n}\n';
    const after = 'function f(a) {\n  if (a) {\n    return 1;\n  } \n    return 2;\n  \n}\n';
    assert.equal(tidy(before, after), 'function f(a) {\n  if (a) {\n    return 1;\n  }\n  return 2;\n}\n');
  });

  it('keeps tabs and CRLF', () => {
    const before = 'function f(a) {\r\n\tif (a) {\r\n\t\tg();\r\n\t}\r\n}\r\n';
    const after = 'function f(a) {\r\n\t\tg();\r\n\t\r\n}\r\n';
    assert.equal(tidy(before, after), 'function f(a) {\r\n\tg();\r\n}\r\n');
  });

  it('leaves lines alone that were indented in another way than a formatter would', () => {
    const odd = 'function odd() {\n      return [\n          1,\n   2 ];\n}\n';
    const plain = 'function g() {\n  if (h) {\n    i();\n  }\n}\n'.repeat(3);
    const before = `${odd}${plain}function f() {\n  var a = 1;\n  return a;\n}\n`;
    const after = `${odd}${plain}function f() {\n  const a = 1;\n  return a;\n}\n`;
    assert.equal(tidy(before, after), after);
  });

  it('leaves blank lines and white space alone that were there before', () => {
    const before = 'function f() {\n\n  var a = 1;   \n\n\n  return a;\n\n}\n';
    const after = 'function f() {\n\n  const b = 1;\n\n\n  return b;\n\n}\n';
    assert.equal(tidy(before, after), after);
  });

  it('changes no text in templates, JSX and comments', () => {
    const after = 'const a = `\n   x   \n\n\n`;\n';
    assert.equal(tidy('const a = 1;\n', after), after);
    const jsx = 'const a = <p>\n   x   \n\n\n</p>;\n';
    assert.equal(tidy('const a = 1;\n', jsx, 'a.jsx'), jsx);
  });
});
