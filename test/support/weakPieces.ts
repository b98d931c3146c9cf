import type { TestedEdit } from './weakTests.ts';

/** Rewritten scripts in which a piece of what stood there is lost, and tests that run the lines: none of them may count as preserved. */
export const weakPieces: readonly TestedEdit[] = [
  [
    'a guard of what is empty, beside an inlined value',
    'function f(a) { if (a.length === 0) return 0; const s = a.reduce((x, y) => x + y, 0); return s / a.length; }',
    'function f(a) { return a.reduce((x, y) => x + y, 0) / a.length; }',
    'is(f([2, 4]), 3)',
  ],
  [
    'a guard of what is missing, beside a new name',
    'function f(u) { if (!u) { return "none"; } const n = u.name; return n.trim(); }',
    'function f(u) { const { name } = u; return name.trim(); }',
    'is(f({ name: " a" }), "a")',
  ],
  [
    'one part of a guard',
    'function f(a, n) { if (a.length === 0 || n < 1) { return []; } const r = []; for (let i = 0; i < n; i++) { r.push(a[i]); } return r; }',
    'function f(a, n) { if (a.length === 0) { return []; } return a.slice(0, n); }',
    'is(f([1, 2, 3], 2).join(), "1,2"); is(f([], 2).length, 0)',
  ],
  [
    'a guard that skips, in a loop that is a method now',
    'function f(a) { const r = []; for (const x of a) { if (x == null) continue; r.push(x * 2); } return r; }',
    'function f(a) { return a.map((x) => x * 2); }',
    'is(f([1, 2]).join(), "2,4")',
  ],
  [
    'an error for what is not allowed, that an assertion may throw elsewhere',
    'function f(n) { if (n < 0) throw new RangeError("n"); const r = Math.sqrt(n); return Math.round(r); }',
    'function f(n) { return Math.round(Math.sqrt(n)); }',
    'is(f(9), 3); is(f(2), 1)',
  ],
  [
    'what is waited for within try',
    'async function f(g) { try { return await g(); } catch { return null; } }',
    'async function f(g) { try { return g(); } catch { return null; } }',
    'let n = 0; f(() => { n += 1; return 1; }); is(n, 1)',
  ],
  [
    'what is waited for within try, beside a new name',
    'async function f(g, k) { try { const key = k.trim(); return await g(key); } catch (e) { return e.code; } }',
    'async function f(g, k) { try { return g(k.trim()); } catch (e) { return e.code; } }',
    'let s; f((x) => { s = x; return 1; }, " a"); is(s, "a")',
  ],
  [
    'a cache whose key leaves an argument out',
    'function f(a, b) { return a.length * b; }',
    'const known = new Map(); function f(a, b) { if (known.has(a)) return known.get(a); const r = a.length * b; known.set(a, r); return r; }',
    'is(f("ab", 3), 6); is(f("abc", 3), 9)',
  ],
  [
    'a cache of which the key got shorter',
    'const known = {}; function f(a, b) { const key = a + "|" + b; if (key in known) { return known[key]; } known[key] = a.repeat(b); return known[key]; }',
    'const known = {}; function f(a, b) { const key = `${a}`; if (key in known) { return known[key]; } known[key] = a.repeat(b); return known[key]; }',
    'is(f("x", 2), "xx"); is(f("y", 3), "yyy")',
  ],
  [
    'a table that is filled when it is asked, by one of two arguments',
    'const f = (a, b) => a.repeat(b);',
    'const known = {}; const f = (a, b) => (known[a] ??= a.repeat(b));',
    'is(f("x", 2), "xx"); is(f("y", 3), "yyy")',
  ],
];

/** Refactorings that lose such a piece for a reason, with tests that would notice it. */
export const honestPieces: readonly TestedEdit[] = [
  [
    'a guard that is a condition of another form',
    'function f(a) { if (a.length === 0) { return 0; } const s = a.reduce((x, y) => x + y, 0); return s / a.length; }',
    'function f(a) { return a.length === 0 ? 0 : a.reduce((x, y) => x + y, 0) / a.length; }',
    'is(f([2, 4]), 3); is(f([]), 0)',
  ],
  [
    'a guard that is an optional chain',
    'function f(u) { if (!u) { return undefined; } const n = u.name; return n; }',
    'function f(u) { return u?.name; }',
    'is(f({ name: "a" }), "a"); is(f(undefined), undefined)',
  ],
  [
    'a guard that is a filter',
    'function f(a) { const r = []; for (const x of a) { if (x == null) continue; r.push(x * 2); } return r; }',
    'function f(a) { return a.filter((x) => x != null).map((x) => x * 2); }',
    'is(f([1, null, 2]).join(), "2,4")',
  ],
  [
    'a guard in what is extracted',
    'function f(n) { if (n < 0) throw new RangeError("n"); const r = Math.sqrt(n); return Math.round(r); }',
    'function checked(n) { if (n < 0) throw new RangeError("n"); return n; } function f(n) { return Math.round(Math.sqrt(checked(n))); }',
    'is(f(9), 3); is(f(2), 1); throws(() => f(-1), /n/)',
  ],
  [
    'nothing to wait for outside of try',
    'async function f(g, k) { const key = k.trim(); return await g(key); }',
    'async function f(g, k) { return g(k.trim()); }',
    'let s; f((x) => { s = x; return 1; }, " a"); is(s, "a")',
  ],
  [
    'a cache with a key of all that it is made of',
    'const known = {}; let n = 0; function f(a) { if (known[a] !== undefined) { return known[a]; } n += 1; known[a] = a.length; return known[a]; }',
    'const known = new Map(); let n = 0; function f(a) { if (known.has(a)) { return known.get(a); } n += 1; known.set(a, a.length); return known.get(a); }',
    'is(f("ab"), 2); is(f("ab"), 2); is(n, 1); is(f("c"), 1); is(n, 2)',
  ],
  [
    'a list that counts',
    'const n = {}; function f(w, by) { if (n[w] === undefined) { n[w] = 0; } n[w] = n[w] + by; } function get(w) { return n[w]; }',
    'const n = {}; function f(w, by) { n[w] = (n[w] ?? 0) + by; } function get(w) { return n[w]; }',
    'f("a", 2); f("a", 3); is(get("a"), 5); f("b", 1); is(get("b"), 1)',
  ],
];

/** The same of Python. */
export const weakPythonPieces: readonly TestedEdit[] = [
  [
    'a guard of what is empty',
    'def f(xs):\n    if not xs:\n        return 0\n    t = sum(xs)\n    return t / len(xs)\n',
    'def f(xs):\n    return sum(xs) / len(xs)\n',
    'assert f([2, 4]) == 3\n',
  ],
  [
    'one part of a guard',
    'def f(xs, n):\n    if len(xs) == 0 or n < 1:\n        return []\n    out = []\n    for x in xs[:n]:\n        out.append(x)\n    return out\n',
    'def f(xs, n):\n    if len(xs) == 0:\n        return []\n    return list(xs[:n])\n',
    'assert f([1, 2, 3], 2) == [1, 2]\nassert f([], 1) == []\n',
  ],
  [
    'a guard that skips',
    'def f(xs):\n    out = []\n    for x in xs:\n        if x is None:\n            continue\n        out.append(x * 2)\n    return out\n',
    'def f(xs):\n    return [x * 2 for x in xs]\n',
    'assert f([1, 2]) == [2, 4]\n',
  ],
  [
    'the width of a number',
    "def f(x):\n    return '%6.2f' % x\n",
    "def f(x):\n    return f'{x:.2f}'\n",
    "assert f(123.25) == '123.25'\n",
  ],
  [
    'the sign of a number in a text of several',
    "def f(a, b):\n    t = '{:+d} of {:,}'.format(a, b)\n    return t.strip()\n",
    "def f(a, b):\n    return f'{a:+d} of {b}'.strip()\n",
    "assert f(1, 20) == '+1 of 20'\n",
  ],
  [
    'where a text stands in its column',
    "def f(s):\n    t = s.strip()\n    return f'{t:>4}|'\n",
    "def f(s):\n    return f'{s.strip():4}|'\n",
    "assert f(' abcd ') == 'abcd|'\n",
  ],
];

export const honestPythonPieces: readonly TestedEdit[] = [
  [
    'a guard that is a conditional value',
    'def f(xs):\n    if not xs:\n        return 0\n    t = sum(xs)\n    return t / len(xs)\n',
    'def f(xs):\n    return sum(xs) / len(xs) if xs else 0\n',
    'assert f([2, 4]) == 3\nassert f([]) == 0\n',
  ],
  [
    'a guard in a comprehension',
    'def f(xs):\n    out = []\n    for x in xs:\n        if x is None:\n            continue\n        out.append(x * 2)\n    return out\n',
    'def f(xs):\n    return [x * 2 for x in xs if x is not None]\n',
    'assert f([1, None, 2]) == [2, 4]\n',
  ],
  [
    'a text with a format of another form',
    "def f(x):\n    return '%6.2f' % x\n",
    "def f(x):\n    return f'{x:6.2f}'\n",
    "assert f(1.256) == '  1.26'\nassert f(12) == ' 12.00'\n",
  ],
  [
    'a format in what is extracted',
    "def f(a, b):\n    t = '{:>5} {:>5}'.format(a, b)\n    return t\n",
    "def cell(x):\n    return f'{x:>5}'\n\n\ndef f(a, b):\n    return ' '.join([cell(a), cell(b)])\n",
    "assert f('x', 'yy') == '    x    yy'\nassert f('abcdef', 'z') == 'abcdef     z'\n",
  ],
];
