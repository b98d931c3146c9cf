import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { createProposal, type FileChange } from '../../../src/edits/proposal.ts';
import { inspect } from '../../../src/verify/checks/inspect.ts';
import type { Check } from '../../../src/workspace/evidence.ts';
import { edit, plain } from '../../support/changes.ts';

const { signal } = new AbortController();

async function api(goal: string, ...changes: FileChange[]): Promise<Check> {
  const proposal = createProposal(changes);
  return (await inspect(proposal, { goal, focus: [] }, { allowsTestEdits: true }, signal)).checks.api;
}

const two = 'def f():\n    return 1\n\n\ndef g():\n    return 2\n';
const methods = (own: string): string => `class A(Base):\n    def f(self):\n        return 1\n${own}`;
const repr = "\n    def __repr__(self):\n        return 'A'\n";
const fields = (text: string, options = ''): string => `@dataclass${options}\nclass A:\n${text}`;

/** What changes, the path, before, after, and what it is. */
const table: readonly (readonly [string, string, string, string, Check['kind']])[] = [
  ['a name less', 'a.py', `__all__ = ["f", "g"]\n${two}`, `__all__ = ["f"]\n${two}`, 'failed'],
  [
    'a name that is taken off',
    'a.py',
    `__all__ = ["f", "g"]\n${two}`,
    `__all__ = ["f", "g"]\n__all__.remove("g")\n${two}`,
    'failed',
  ],
  ['a name more', 'a.py', `__all__ = ["f"]\n${two}`, `__all__ = ["f", "g"]\n${two}`, 'doubtful'],
  ['a name that is added', 'a.py', `__all__ = ["f"]\n${two}`, `__all__ = ["f"]\n__all__ += ["g"]\n${two}`, 'doubtful'],
  [
    'a name that is appended',
    'a.py',
    `__all__ = ["f"]\n${two}`,
    `__all__ = ["f"]\n__all__.append("g")\n${two}`,
    'doubtful',
  ],
  ['another order', 'a.py', `__all__ = ["f", "g"]\n${two}`, `__all__ = ("g", "f")\n${two}`, 'passed'],
  ['the same in parts', 'a.py', `__all__ = ["f", "g"]\n${two}`, `__all__ = ["f"] + ["g"]\n${two}`, 'passed'],
  ['names that are computed', 'a.py', `__all__ = ["f", "g"]\n${two}`, `__all__ = list("fg")\n${two}`, 'doubtful'],
  ['names that were computed', 'a.py', `__all__ = list("fg")\n${two}`, `__all__ = ["f", "g"]\n${two}`, 'doubtful'],
  ['the list of another module', 'a.py', `__all__ = ["f", "g"]\n${two}`, `from b import __all__\n${two}`, 'doubtful'],
  ['a first list that says the same', 'a.py', two, `__all__ = ["f", "g"]\n${two}`, 'passed'],
  ['a first list that says less', 'a.py', two, `__all__ = ["f"]\n${two}`, 'doubtful'],
  ['a last list', 'a.py', `__all__ = ["f"]\n${two}`, two, 'doubtful'],
  ['the list stays', 'a.py', `__all__ = list("fg")\n${two}`, `__all__ = list("fg")\n${two}\nX = 1\n`, 'passed'],
  ['a name of a package', 'p/__init__.py', 'from .b import f, g\n', 'from .b import f\n', 'failed'],
  [
    'a name of a package by its full name',
    's/p/__init__.py',
    'from p.b import f, g\n',
    'from p.b import f\n',
    'failed',
  ],
  [
    'an import of a package that is not for others',
    'p/__init__.py',
    'from os import path\nX = 1\n',
    'X = 1\n',
    'passed',
  ],
  ['everything of a module', 'p/__init__.py', 'from .b import *\nX = 1\n', 'X = 1\n', 'doubtful'],
  ['everything for a name', 'p/__init__.py', 'from .b import f\nX = 1\n', 'from .b import *\nX = 1\n', 'doubtful'],
  ['an import that a module took for itself', 'p/a.py', 'from .b import f\nX = 1\n', 'X = 1\n', 'passed'],
  [
    'fields in another order',
    'a.py',
    fields('    x: int\n    y: int\n'),
    fields('    y: int\n    x: int\n'),
    'doubtful',
  ],
  [
    'fields of a class that makes nothing of them',
    'a.py',
    'class A:\n    x: int\n    y: int\n',
    'class A:\n    y: int\n    x: int\n',
    'passed',
  ],
  ['another default', 'a.py', fields('    x: int = 1\n'), fields('    x: int = 2\n'), 'doubtful'],
  ['another decorator of a class', 'a.py', fields('    x: int\n', '(frozen=True)'), fields('    x: int\n'), 'doubtful'],
  ['another metaclass', 'a.py', 'class A(metaclass=M):\n    pass\n', 'class A:\n    pass\n', 'doubtful'],
  ['no decorator any more', 'a.py', `@guarded\n${two}`, two, 'doubtful'],
  ['a decorator by another way', 'a.py', `@functools.wraps(g)\n${two}`, `@wraps(g)\n${two}`, 'passed'],
  ['values one by one', 'a.py', two, two.replace('return 1', 'yield 1'), 'doubtful'],
  ['values one by one within', 'a.py', two, two.replace('return 1', 'h = lambda: (yield 1)\n    return 1'), 'passed'],
  ['what prints an object', 'a.py', `class A:\n    x = 1\n${repr}`, 'class A:\n    x = 1\n', 'failed'],
  ['what prints an object now', 'a.py', 'class A:\n    x = 1\n', `class A:\n    x = 1\n${repr}`, 'doubtful'],
  [
    'how an object is called',
    'a.py',
    'class A:\n    def __call__(self, a):\n        return a\n',
    'class A:\n    def __call__(self, *, a):\n        return a\n',
    'doubtful',
  ],
  ['what may be inherited', 'a.py', methods(repr), methods(''), 'doubtful'],
  ['one of two names', 'a.py', 'a, b = 1, 2\n', 'a = 1\n', 'failed'],
];

describe('what others may use of Python', function () {
  // Python is asked, a process each.
  this.timeout(60_000);

  for (const [name, path, before, after, kind] of table)
    it(`${name}: ${kind}`, async () => {
      const found = await api('tidy', edit(path, before, after));
      assert.equal(found.kind, kind, JSON.stringify(found));
    });

  it('is a module that is gone, though nothing of its own stood in it', async () => {
    const gone = (path: string, text: string): FileChange => ({ kind: 'delete', path, before: plain(text) });
    assert.equal((await api('tidy', gone('old.py', 'from new import f\n'))).kind, 'failed');
    assert.equal((await api('Remove old', gone('old.py', 'from new import f\n'))).kind, 'passed');
    assert.equal((await api('tidy', gone('_old.py', 'from new import f\n'))).kind, 'passed');
    assert.equal((await api('tidy', gone('p/__init__.py', ''))).kind, 'doubtful');
  });

  it('is asked for', async () => {
    const before = `__all__ = ["f", "g"]\n${two}`;
    assert.equal((await api('Remove g', edit('a.py', before, `__all__ = ["f"]\n${two}`))).kind, 'passed');
    const more = await api('Export g in __all__', edit('a.py', `__all__ = ["f"]\n${two}`, before));
    assert.equal(more.kind, 'passed');
  });

  it('is open where a package takes it from another module, unless that is among what changed', async () => {
    const other = edit('s/p/__init__.py', 'from .b import f\n', 'from .c import f\n');
    assert.equal((await api('tidy', other)).kind, 'doubtful');
    const absolute = edit('s/p/__init__.py', 'from .b import f\n', 'from p.b import f\n');
    assert.equal((await api('tidy', absolute)).kind, 'passed');
    const f = 'def f():\n    return 1\n';
    const create: FileChange = { kind: 'create', path: 's/p/c.py', after: plain(f) };
    const found = await api('tidy', other, create, edit('s/p/b.py', f, 'from .c import f\n'));
    assert.equal(found.kind, 'passed', JSON.stringify(found));
  });
});
