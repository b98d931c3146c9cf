import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import type { FileChange } from '../../../src/edits/proposal.ts';
import { edit, plain } from '../../support/changes.ts';
import { describedBy, pythonVerdict, reader, type Files } from '../../support/pythonVerdict.ts';

interface Honest {
  readonly name: string;
  readonly path?: string;
  readonly before: string;
  readonly after: string;
  readonly more?: Files;
}

const same = (name: string, before: string, after: string, more?: Files): Honest => ({
  name,
  before,
  after,
  ...(more && { more }),
});
const method = (text: string, head = 'class C:\n', mark = ''): string =>
  `${head}${mark}    def m(self):\n        """${text}"""\n        return 1\n`;

/** The program is the same: that needs no test. */
const layout: readonly Honest[] = [
  same('a comment', 'X = 1\n', '# new\nX = 1  # one\n'),
  same('a comment less', '# old\nX = 1\n', 'X = 1\n'),
  same('a remark for a linter', 'import os  # noqa: F401\nX = 1\n', 'import os\nX = 1\n'),
  same('a remark for a type checker', 'X = 1  # type: ignore\n', 'X = 1\n'),
  same('empty lines', 'X = 1\nY = 2\n', 'X = 1\n\n\nY = 2\n'),
  same('quotes', "X = 'a'\n", 'X = "a"\n'),
  same('quotes in quotes', "X = 'it\\'s'\n", 'X = "it\'s"\n'),
  same('brackets', 'X = (1 + 2) * 3\nY = (4)\n', 'X = (1 + 2) * 3\nY = 4\n'),
  same('a line that goes on', 'X = 1 + \\\n    2\n', 'X = (1 +\n     2)\n'),
  same('a long call', 'X = max(1, 2, 3)\n', 'X = max(\n    1,\n    2,\n    3,\n)\n'),
  same('a text in parts', 'X = "ab"\n', 'X = (\n    "a"\n    "b"\n)\n'),
  same('indentation', 'def f():\n  return 1\n', 'def f():\n    return 1\n'),
  same('tabs', 'def f():\n\treturn 1\n', 'def f():\n    return 1\n'),
  same('a number', 'X = 1000000\nY = 0XFF\n', 'X = 1_000_000\nY = 0xff\n'),
  same('a long text with other quotes', "X = \'\'\'\n  a\n\'\'\'\n", 'X = """\n  a\n"""\n'),
  same('two statements in a line', 'X = 1; Y = 2\n', 'X = 1\nY = 2\n'),
  same('a block in a line', 'if 1: X = 1\n', 'if 1:\n    X = 1\n'),
  same(
    'else if',
    'X = 1\nif X:\n    Y = 1\nelse:\n    if X:\n        Y = 2\n',
    'X = 1\nif X:\n    Y = 1\nelif X:\n    Y = 2\n',
  ),
  same('a comment far from the first line', 'X = 1\nY = 2\n# coding is fun: yes\n', 'X = 1\nY = 2\n'),
  same('documentation of a function', describedBy('Old.'), describedBy('New.')),
  same('documentation of a module', '"""Old."""\nX = 1\n', '"""New.\n\nMore."""\nX = 1\n'),
  same('documentation of a method', method('Old.'), method('New.')),
  same(
    'documentation of a property',
    method('Old.', undefined, '    @property\n'),
    method('New.', undefined, '    @property\n'),
  ),
  same(
    'documentation of an exception',
    method('Old.', 'class C(ValueError):\n'),
    method('New.', 'class C(ValueError):\n'),
  ),
  same(
    'documentation beside a base class of the project',
    method('Old.', 'from .quiet import Shape\n\n\nclass C(Shape):\n'),
    method('New.', 'from .quiet import Shape\n\n\nclass C(Shape):\n'),
  ),
  same(
    'documentation beside a base class by its full name',
    method('Old.', 'from app.quiet import Shape\n\n\nclass C(Shape):\n'),
    method('New.', 'from app.quiet import Shape\n\n\nclass C(Shape):\n'),
  ),
  same(
    'documentation of a class of data',
    method('Old.', 'from dataclasses import dataclass\n\n\n@dataclass\nclass C:\n'),
    method('New.', 'from dataclasses import dataclass\n\n\n@dataclass\nclass C:\n'),
  ),
  same('documentation that is only handed on', describedBy('Old.'), describedBy('New.'), {
    'app/wrap.py': 'def wrap(f, g):\n    g.__doc__ = f.__doc__\n    return g\n',
  }),
  same('documentation that a test reads', describedBy('Old.'), describedBy('New.'), {
    'tests/test_it.py': 'import app.main\n\n\ndef test_it():\n    assert app.main.f.__doc__\n',
  }),
  same('a comment where documentation is read', '# old\nX = 1\n', '# new\nX = 1\n', reader),
  {
    name: 'a comment that tells of an encoding in words',
    before: '"""A module."""\n# the coding style is ours\nX = 1\n',
    after: '"""A module."""\nX = 1\n',
  },
];

/** The lines that differ are executed when the file is loaded, and nothing else is to be shown. */
const loadedLinesOnly: readonly Honest[] = [
  same(
    'an import of the language that nothing uses',
    'import os\nimport sys\nX = sys.path\n',
    'import sys\nX = sys.path\n',
  ),
  same(
    'a name of the language that nothing uses',
    'from typing import Any, List\nX: Any = 1\n',
    'from typing import Any\nX: Any = 1\n',
  ),
  same('a package that is known to do nothing', 'import numpy as np\nimport requests\nX = 1\n', 'X = 1\n'),
  same('a package that was used', 'import somepackage\nX = somepackage\n', 'X = None\n'),
  same('a module of the project that does nothing', 'from . import quiet\nX = 1\n', 'X = 1\n'),
  same('a name of one', 'from .quiet import f, LIMIT\nX = LIMIT\n', 'from .quiet import LIMIT\nX = LIMIT\n'),
  same('a module with classes that do nothing', 'from .still import Square\nX = 1\n', 'X = 1\n'),
  same(
    'a list that a module keeps for itself',
    'import os\nfrom .still import Square\nX = Square\n',
    'from .still import Square\nimport os\nX = Square\n',
  ),
  same(
    'imports in order',
    'import sys\nimport os\nX = os.sep + sys.prefix\n',
    'import os\nimport sys\nX = os.sep + sys.prefix\n',
  ),
  same(
    'imports of the project in order',
    'from .still import Square\nfrom .quiet import f\nX = f\nY = Square\n',
    'from .quiet import f\nfrom .still import Square\nX = f\nY = Square\n',
  ),
  same(
    'one that registers among those that do nothing',
    'from . import a\nfrom . import quiet\nimport os\nX = 1\n',
    'import os\nfrom . import quiet\nfrom . import a\nX = 1\n',
  ),
  same(
    'packages in order',
    'import requests\nimport numpy\nX = numpy\nY = requests\n',
    'import numpy\nimport requests\nX = numpy\nY = requests\n',
  ),
  same(
    'names in order',
    'from os import sep, path\nX = sep\nY = path\n',
    'from os import path, sep\nX = sep\nY = path\n',
  ),
  same('loaded twice', 'from . import a\nfrom . import a\nX = 1\n', 'from . import a\nX = 1\n'),
  same('loaded by another name', 'import app.a\nX = 1\n', 'from app import a\nX = 1\n'),
  same('loaded by a relative name', 'from app import a\nX = 1\n', 'from . import a\nX = 1\n'),
  same('loaded by what it loads', 'from . import a, chain\nX = 1\n', 'from . import chain\nX = 1\n'),
  same(
    'a part of a module that is not used',
    'import os.path\nimport sys\nX = sys.path\n',
    'import sys\nX = sys.path\n',
  ),
  same('types by another way', 'from typing import List\nX: List[int] = []\n', 'X: list[int] = []\n'),
];

describe('Python: honest changes of what is not executed', function () {
  this.timeout(60_000);
  for (const [group, honest, tests] of [
    ['the same program needs no test', layout, 'none'],
    ['imports that do nothing', loadedLinesOnly, 'load'],
  ] as const)
    describe(group, () => {
      for (const { name, path = 'app/main.py', before, after, more = {} } of honest)
        it(name, async () => {
          const { kind, reasons } = await pythonVerdict(
            [edit(path, before, after)],
            { ...more, [path]: before },
            tests,
          );
          assert.equal(kind, 'preserved', reasons.join(' '));
        });
    });

  it('a module that another changed file loads now is loaded still', async () => {
    const changes = [
      edit('app/main.py', 'from . import a\nX = 1\n', 'X = 1\n'),
      edit('app/other.py', 'Y = 1\n', 'from . import a\nY = 1\n'),
    ];
    const { kind, reasons } = await pythonVerdict(changes, {}, 'load');
    assert.equal(kind, 'preserved', reasons.join(' '));
  });

  it('a module that has another name can be imported by its name no more, and may ask for it', async () => {
    const move = (text: string): FileChange => ({
      kind: 'move',
      from: 'app/old.py',
      path: 'app/new.py',
      before: plain(text),
      after: plain(text),
    });
    for (const text of ['X = 1\n', 'X = __file__\n', 'X = __name__\n'])
      assert.notEqual((await pythonVerdict([move(text)], { 'app/old.py': text }, 'load')).kind, 'preserved', text);
  });
});
