import type { TestedEdit } from './weakTests.ts';

/** Rewritten functions of Python that mean something else for inputs that the tests do not have; `before`, `after`, `tests` are texts of modules. */
export const weakPython: readonly TestedEdit[] = [
  [
    'a list that is sorted in place',
    'def f(xs):\n    ys = sorted(xs, reverse=True)\n    return ys[:2]\n',
    'def f(xs):\n    xs.sort(reverse=True)\n    return xs[:2]\n',
    'assert f([1, 3, 2]) == [3, 2]\n',
  ],
  [
    'a dictionary that is the argument itself',
    'def f(a, b):\n    out = dict(a)\n    out.update(b)\n    return out\n',
    'def f(a, b):\n    a.update(b)\n    return a\n',
    "assert f({'a': 1}, {'b': 2}) == {'a': 1, 'b': 2}\n",
  ],
  [
    'a division without a rest in what is extracted',
    'def f(a, b):\n    t = a + b\n    return t / 2\n',
    'def half(t):\n    return t // 2\n\n\ndef f(a, b):\n    return half(a + b)\n',
    'assert f(2, 4) == 3\n',
  ],
  [
    'one and the same instead of equal',
    'def f(a, b):\n    r = a == b\n    return r\n',
    'def f(a, b):\n    return a is b\n',
    'assert f(1, 1) is True\nassert f(1, 2) is False\n',
  ],
  [
    'a generator instead of a list',
    'def f(xs):\n    out = []\n    for x in xs:\n        out.append(x * x)\n    return out\n',
    'def f(xs):\n    return (x * x for x in xs)\n',
    'assert list(f([1, 2])) == [1, 4]\n',
  ],
  [
    'a cause that is lost',
    "def f(g):\n    try:\n        return g()\n    except KeyError as error:\n        raise ValueError('none') from error\n",
    "def f(g):\n    try:\n        v = g()\n    except KeyError:\n        raise ValueError('none') from None\n    return v\n",
    "assert f(lambda: 1) == 1\ntry:\n    f(lambda: {}['x'])\n    assert False\nexcept ValueError as error:\n    assert str(error) == 'none'\n",
  ],
  [
    'what is missing and what is empty',
    'def f(x, d):\n    if x is None:\n        return d\n    return x\n',
    'def f(x, d):\n    return x or d\n',
    'assert f(None, 3) == 3\nassert f(2, 3) == 2\n',
  ],
  [
    'an end that comes whatever happens',
    'def f(h):\n    try:\n        return h.read()\n    finally:\n        h.close()\n',
    'def f(h):\n    return h.read()\n',
    "import io\nassert f(io.StringIO('x')) == 'x'\n",
  ],
  [
    'something done for others beside what is extracted',
    'def f(a, b, log):\n    t = a + b\n    log.append(t)\n    return t\n',
    'def plus(a, b):\n    return a + b\n\n\ndef f(a, b, log):\n    return plus(a, b)\n',
    'assert f(1, 2, []) == 3\nassert f(5, 2, []) == 7\n',
  ],
  [
    'one call more in a chain',
    "def f(t):\n    p = t.split(',')\n    return [x.strip() for x in p]\n",
    "def f(t):\n    return [x.strip().lower() for x in t.split(',')]\n",
    "assert f('a, b') == ['a', 'b']\n",
  ],
  [
    'one of several values',
    "def f(r):\n    return {'id': r['id'], 'label': r['a'] + r['b']}\n",
    "def f(r):\n    i, a, b = r['id'], r['a'], r['b']\n    return {'id': i, 'label': b + a}\n",
    "assert f({'id': 3, 'a': 'x', 'b': 'y'})['id'] == 3\n",
  ],
  [
    'a default that is kept from call to call',
    'def f(x, into=None):\n    if into is None:\n        into = []\n    into.append(x)\n    return into\n',
    'def f(x, into=[]):\n    into.append(x)\n    return into\n',
    'assert f(1) == [1]\nassert f(2, [1]) == [1, 2]\n',
  ],
  [
    'both sides where one decided',
    'def f(a, b):\n    if not a():\n        return False\n    return b()\n',
    'def f(a, b):\n    return all([a(), b()])\n',
    'assert f(lambda: True, lambda: True) is True\nassert f(lambda: False, lambda: True) is False\n',
  ],
  [
    'a class and those below it',
    "def f(x):\n    if isinstance(x, int):\n        return 'int'\n    return 'other'\n",
    "def f(x):\n    return 'int' if type(x) is int else 'other'\n",
    "assert f(1) == 'int'\nassert f('x') == 'other'\n",
  ],
];

/** Rewritings of Python done right, with tests that would notice a mistake. */
export const honestPython: readonly TestedEdit[] = [
  [
    'a comprehension',
    "def f(us):\n    out = []\n    for u in us:\n        if u['on']:\n            out.append(u['name'].upper())\n    return out\n",
    "def f(us):\n    return [u['name'].upper() for u in us if u['on']]\n",
    "assert f([{'on': True, 'name': 'a'}, {'on': False, 'name': 'b'}]) == ['A']\n",
  ],
  [
    'an extracted sum',
    "def f(o):\n    net = 0\n    for l in o:\n        net += l['p'] * l['q']\n    return {'net': net, 'tax': net * 2}\n",
    "def net_of(o):\n    return sum(l['p'] * l['q'] for l in o)\n\n\ndef f(o):\n    net = net_of(o)\n    return {'net': net, 'tax': net * 2}\n",
    "assert f([{'p': 10, 'q': 2}, {'p': 5, 'q': 3}]) == {'net': 35, 'tax': 70}\n",
  ],
  [
    'a value that nobody uses, beside a call that sorts in place',
    'def f(xs):\n    ys = list(xs)\n    ys.sort()\n    n = len(list(xs))\n    return ys[0]\n',
    'def f(xs):\n    ys = list(xs)\n    ys.sort()\n    return ys[0]\n',
    'xs = [3, 1, 2]\nassert f(xs) == 1\nassert xs == [3, 1, 2]\n',
  ],
  [
    'a copy that is still one',
    'def f(a, b):\n    out = dict(a)\n    out.update(b)\n    return out\n',
    'def f(a, b):\n    return {**a, **b}\n',
    "a = {'a': 1, 'x': 0}\nassert f(a, {'b': 2, 'x': 9}) == {'a': 1, 'b': 2, 'x': 9}\nassert a == {'a': 1, 'x': 0}\n",
  ],
  [
    'a file that is closed by a block',
    'def f(p):\n    h = open(p)\n    try:\n        t = h.read()\n    finally:\n        h.close()\n    return t.strip()\n',
    'def f(p):\n    with open(p) as h:\n        return h.read().strip()\n',
    "import os, tempfile\np = os.path.join(tempfile.mkdtemp(), 'x')\nopen(p, 'w').write(' abc \\n')\nassert f(p) == 'abc'\n",
  ],
];
