import type { Trap } from './trapProjects.ts';

const pytest = {
  'pyproject.toml': '[project]\nname = "a"\nversion = "1"\n[tool.pytest.ini_options]\ntestpaths = ["tests"]\n',
};

/** Branches that no test takes, most of them on lines that are executed. */
export const pytestTraps: readonly Trap[] = [
  {
    name: 'a branch that no test takes, pytest',
    files: {
      ...pytest,
      'a/__init__.py': 'def twice(n):\n    if n < 0:\n        return 0\n    return n * 2\n',
      'tests/test_a.py': 'import a\n\n\ndef test_twice():\n    assert a.twice(2) == 4\n',
    },
    change: ['a/__init__.py', 'return 0', 'return 1'],
  },
  {
    name: 'the other side of a condition on one line, pytest',
    files: {
      ...pytest,
      'a/__init__.py': 'def twice(n):\n    return n * 2 if n > 0 else 0\n',
      'tests/test_a.py': 'import a\n\n\ndef test_twice():\n    assert a.twice(2) == 4\n',
    },
    change: ['a/__init__.py', 'else 0', 'else 1'],
  },
  {
    name: 'an operand that is not evaluated, pytest',
    files: {
      ...pytest,
      'a/__init__.py': 'def is_small(n):\n    return n > 0 and n < 10\n',
      'tests/test_a.py': 'import a\n\n\ndef test_small():\n    assert not a.is_small(-1)\n',
    },
    change: ['a/__init__.py', 'n < 10', 'n < 20'],
  },
  {
    name: 'a function on the line that defines it, pytest',
    files: {
      ...pytest,
      'a/__init__.py': 'def twice(n): return n * 2\n\n\ndef odd(n):\n    return n % 2 == 1\n',
      'tests/test_a.py': 'import a\n\n\ndef test_odd():\n    assert a.odd(3)\n',
    },
    change: ['a/__init__.py', 'n * 2', 'n * 3'],
  },
  {
    name: 'a decorator of what no test calls, pytest',
    files: {
      ...pytest,
      'a/__init__.py':
        'def same(f):\n    return f\n\n\ndef other(f):\n    return same\n\n\n@same\ndef twice(n):\n    return n * 2\n\n\ndef odd(n):\n    return n % 2 == 1\n',
      'tests/test_a.py': 'import a\n\n\ndef test_odd():\n    assert a.odd(3)\n',
    },
    change: ['a/__init__.py', '@same', '@other'],
  },
];
