import { file, modules, type ChangeCase } from './change.ts';

const watch = "log(require('./a').g());\n";

/** What looks like types and runs. */
export const typeAttacks: readonly ChangeCase[] = [
  file(
    'the value of an enum',
    'a.ts',
    'enum E {\n  A,\n  B,\n}\nexport const g = () => E.B;\n',
    'enum E {\n  B,\n  A,\n}\nexport const g = () => E.B;\n',
    watch,
  ),
  file(
    'the value of a constant enum',
    'a.ts',
    'const enum E {\n  A = 1,\n}\nexport const g = () => E.A;\n',
    'const enum E {\n  A = 2,\n}\nexport const g = () => E.A;\n',
    watch,
  ),
  file(
    'an enum that is only declared',
    'a.ts',
    'declare enum E {\n  A = 1,\n}\nexport const g = () => typeof E;\n',
    'enum E {\n  A = 1,\n}\nexport const g = () => typeof E;\n',
    watch,
  ),
  file(
    'a variable that is only declared',
    'a.ts',
    'declare const x: number;\nexport const g = () => typeof x;\n',
    'const x: number = 1;\nexport const g = () => typeof x;\n',
    watch,
  ),
  file(
    'a property of a parameter',
    'a.ts',
    'class A {\n  constructor(readonly x: number) {}\n}\nexport const g = () => new A(1);\n',
    'class A {\n  constructor(x: number) {}\n}\nexport const g = () => new A(1);\n',
    watch,
  ),
  file(
    'a field without a value hides one of the parent',
    'a.ts',
    'class A {\n  x = 1;\n}\nclass B extends A {\n  declare x: number;\n}\nexport const g = () => new B().x;\n',
    'class A {\n  x = 1;\n}\nclass B extends A {\n  x: number;\n}\nexport const g = () => typeof new B().x;\n',
    watch,
  ),
  file(
    'only a field comes that is declared otherwise',
    'a.ts',
    'class A {\n  x = 1;\n}\nclass B extends A {\n  declare x: number;\n}\nexport const g = () => new B().x === 1;\n',
    'class A {\n  x = 1;\n}\nclass B extends A {\n  x!: number;\n}\nexport const g = () => new B().x === 1;\n',
    watch,
  ),
  file(
    'a namespace of types gets a value',
    'a.ts',
    'namespace N {\n  export type T = 1;\n}\nexport const g = () => 1;\n',
    'namespace N {\n  export type T = 1;\n  log(1);\n}\nexport const g = () => 1;\n',
    watch,
  ),
  file(
    'types that a decorator sees',
    'a.ts',
    'const seen: unknown[] = [];\n(Reflect as any).metadata = (k: string, v: unknown) => () => void seen.push(String(v).slice(0, 20));\nconst d = (...all: unknown[]) => {};\nclass A {\n  @d x: string;\n}\nexport const g = () => seen;\n',
    'const seen: unknown[] = [];\n(Reflect as any).metadata = (k: string, v: unknown) => () => void seen.push(String(v).slice(0, 20));\nconst d = (...all: unknown[]) => {};\nclass A {\n  @d x: number;\n}\nexport const g = () => seen;\n',
    watch,
  ),
  modules('a value is imported as a type where a decorator sees it', {
    'a.ts': [
      "import { S } from './s';\nconst d = (...all: unknown[]) => {};\n@d\nexport class A {\n  constructor(s: S) {}\n}\n",
      "import type { S } from './s';\nconst d = (...all: unknown[]) => {};\n@d\nexport class A {\n  constructor(s: S) {}\n}\n",
    ],
  }),
  file(
    'a class that is abstract may not be made, but an accessor is one',
    'a.ts',
    'class A {\n  x = 1;\n}\nexport const g = () => Object.keys(new A());\n',
    'class A {\n  accessor x = 1;\n}\nexport const g = () => Object.keys(new A());\n',
    watch,
  ),
  file(
    'an import that is a require',
    'a.ts',
    "import fs = require('./one');\nexport const g = () => fs;\n",
    "import fs = require('./two');\nexport const g = () => fs;\n",
  ),
  file(
    'an alias of a namespace',
    'a.ts',
    'namespace N {\n  export const a = 1;\n  export const b = 2;\n}\nimport x = N.a;\nexport const g = () => x;\n',
    'namespace N {\n  export const a = 1;\n  export const b = 2;\n}\nimport x = N.b;\nexport const g = () => x;\n',
    watch,
  ),
  file(
    'an assertion that was a comparison',
    'a.ts',
    'export const g = (a = 1, b = 2) => a < b;\n',
    'export const g = (a = 1, b = 2) => <any>b;\n',
    watch,
  ),
  file(
    'a non-null mark that was a negation',
    'a.ts',
    'export const g = (a = 1) => !a;\n',
    'export const g = (a = 1) => a!;\n',
    watch,
  ),
  file(
    'an optional call that was asserted',
    'a.ts',
    'export const g = (a?: any) => a?.b;\n',
    'export const g = (a: any = { b: 1 }) => a!.b;\n',
    watch,
  ),
  file(
    'parentheses that an assertion keeps',
    'a.ts',
    'export const g = (a?: any) => a?.b.c;\n',
    'export const g = (a?: any) => (a?.b as any).c;\n',
    watch,
  ),
  file(
    'an overload with a body',
    'a.ts',
    'function f(): number;\nfunction f() {\n  return 1;\n}\nexport const g = () => f();\n',
    'function f(): number;\nfunction f() {\n  return 2;\n}\nexport const g = () => f();\n',
    watch,
  ),
];
