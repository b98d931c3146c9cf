import type { TestedEdit } from './weakTests.ts';

/** Statements that were written anew and mean something else for inputs that the tests do not have: none of them may count as preserved. */
export const weakRewrites: readonly TestedEdit[] = [
  [
    'something done for others that goes away beside what is extracted',
    'function f(a, b, log) { const total = a + b; log.push(total); return total; }',
    'function sum(a, b) { return a + b; } function f(a, b, log) { return sum(a, b); }',
    'is(f(1, 2, []), 3); is(f(5, 2, []), 7)',
  ],
  [
    'an error that is thrown no more beside what is rewritten',
    'function f(m, k) { const v = m[k]; if (v === undefined) { throw new Error(k); } const n = v * 2; return n; }',
    'function f(m, k) { return m[k] * 2; }',
    'is(f({ a: 2 }, "a"), 4)',
  ],
  [
    'a copy that is none, and sorted in place',
    'function f(a) { const c = a.slice(); c.sort((x, y) => x - y); return c; }',
    'function f(a) { return a.sort((x, y) => x - y); }',
    'is(f([3, 1, 2]).join(), "1,2,3")',
  ],
  [
    'a copy that is the defaults themselves',
    'const f = (o, d) => { return { ...d, ...o }; };',
    'const f = (o, d) => { return Object.assign(d, o); };',
    'is(JSON.stringify(f({ a: 1 }, { a: 0, b: 2 })), JSON.stringify({ a: 1, b: 2 }))',
  ],
  [
    'one call more in a chain',
    'function f(t) { const p = t.split(","); return p.map((s) => s.trim()); }',
    'function f(t) { return t.split(",").map((s) => s.trim().toLowerCase()); }',
    'is(f("a, b").join(), "a,b")',
  ],
  [
    'a set that leaves out what is there twice',
    'const f = (a, b) => a.concat(b);',
    'const f = (a, b) => { return [...new Set([...a, ...b])]; };',
    'is(f([1], [2]).join(), "1,2")',
  ],
  [
    'one of several arguments',
    'function f(n, a, out) { out(n.trim(), a.length); }',
    'function f(n, a, out) { const t = n.trim(); out(t, a.filter(Boolean).length); }',
    'let s; f(" a", [1], (x) => { s = x; }); is(s, "a")',
  ],
  [
    'one of several elements',
    'const f = (u) => [u.id, u.name, u.mail];',
    'const f = ({ id, name, mail }) => [id, mail, name];',
    'is(f({ id: 1, name: "n", mail: "m" })[0], 1); is(f({ id: 1, name: "n", mail: "m" }).length, 3)',
  ],
  [
    'another rounding in what is extracted',
    'function f(n) { const g = n * 1.19; return Math.round(g * 100) / 100; }',
    'const cents = (v) => Math.floor(v * 100) / 100; function f(n) { return cents(n * 1.19); }',
    'is(f(100), 119)',
  ],
  [
    'another class of an error in what is extracted',
    'class No extends Error {} function f(m, k) { if (!m.has(k)) { throw new No(k); } return m.get(k); }',
    'class No extends Error {} function need(y, k) { if (!y) throw new Error(k); } function f(m, k) { need(m.has(k), k); return m.get(k); }',
    'throws(() => f(new Map(), "x"), /x/); is(f(new Map([["x", 1]]), "x"), 1)',
  ],
  [
    'one after another that becomes all at once',
    'async function f(a, g) { const r = []; for (const x of a) { r.push(await g(x)); } return r; }',
    'async function f(a, g) { return Promise.all(a.map((x) => g(x))); }',
    'let n = 0; f([1], () => { n += 1; return 1; }); is(n, 1)',
  ],
  [
    'an end that comes whatever happens',
    'function f(l, g) { l.take(); try { return g(); } finally { l.free(); } }',
    'function f(l, g) { l.take(); const r = g(); l.free(); return r; }',
    'const s = []; const l = { take: () => s.push(1), free: () => s.push(2) }; is(f(l, () => 3), 3); is(s.join(), "1,2")',
  ],
  [
    'a default for what is empty that is one for what is missing',
    'function f(o) { const p = o.port || 80; return Number(p); }',
    'function f({ port = 80 }) { return Number(port); }',
    'is(f({ port: "1" }), 1); is(f({}), 80)',
  ],
  [
    'a sort without a comparison',
    'function f(a) { const c = [...a]; c.sort((x, y) => y - x); return c[0]; }',
    'function f(a) { return [...a].sort().pop(); }',
    'is(f([3, 1, 2]), 3)',
  ],
  [
    'all that match, and the first one',
    'const f = (s) => s.trim().replace(/ /g, "-");',
    'const f = (s) => { const t = s.trim(); return t.replace(" ", "-"); };',
    'is(f("a b"), "a-b")',
  ],
  [
    'keys that are inherited',
    'function f(o) { const r = []; for (const k in o) r.push(k); return r; }',
    'function f(o) { return Object.keys(o); }',
    'is(f({ a: 1, b: 2 }).join(), "a,b")',
  ],
  [
    'a value instead of a getter',
    'const f = (s) => { return { get now() { return s(); } }; };',
    'const f = (s) => { return { now: s() }; };',
    'is(f(() => 5).now, 5)',
  ],
  [
    'a case that is left out of a table',
    'function f(x) { switch (x) { case "a": case "bee": return 1; case "c": return 2; default: return 0; } }',
    'const k = { a: 1, c: 2 }; function f(x) { return k[x] ?? 0; }',
    'is(f("a"), 1); is(f("c"), 2); is(f("z"), 0)',
  ],
  [
    'another order of what is done beside another change',
    'function f(d, l) { l.flush(); d.close(); const r = { open: false }; return r; }',
    'function f(d, l) { d.close(); l.flush(); return { open: false }; }',
    'let a = 0; const r = f({ close() { a += 1; } }, { flush() { a += 1; } }); is(a, 2); is(r.open, false)',
  ],
];
