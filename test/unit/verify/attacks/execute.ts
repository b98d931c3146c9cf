import { posix } from 'node:path';
import { createContext, runInContext, type Context } from 'node:vm';
import ts from 'typescript';

/** What the program logs, each entry as JSON; what it throws at the end is logged, too. */
export function logOf(texts: ReadonlyMap<string, string>, run: readonly string[]): readonly string[] {
  const seen: string[] = [];
  const tell = (value: unknown): void => void seen.push(JSON.stringify(value) ?? 'undefined');
  const context = createContext({ log: tell });
  runInContext(
    'var h = (tag, props, ...children) => [typeof tag === "function" ? tag(props) : tag, props, children];',
    context,
  );
  try {
    const [only] = run;
    if (run.length === 1 && only !== undefined) new Modules(texts, context).load(only);
    else for (const path of run) runInContext(texts.get(path) ?? '', context, { filename: path });
  } catch (error) {
    tell(`throws ${error instanceof Error ? error.name : Object.prototype.toString.call(error)}`);
  }
  return seen;
}

const endings = ['', '.js', '.ts', '.tsx', '.jsx', '.cjs', '.mjs', '/index.js', '/index.ts'];

interface Loaded {
  exports: unknown;
}

/** Modules of either kind, all of them loaded as those of CommonJS: the order of evaluation is the same. */
class Modules {
  readonly #texts: ReadonlyMap<string, string>;
  readonly #context: Context;
  readonly #loaded = new Map<string, Loaded>();

  constructor(texts: ReadonlyMap<string, string>, context: Context) {
    this.#texts = texts;
    this.#context = context;
  }

  load(path: string): unknown {
    const known = this.#loaded.get(path);
    if (known !== undefined) return known.exports;
    const module: Loaded = { exports: {} };
    this.#loaded.set(path, module);
    const text = this.#texts.get(path) ?? '';
    if (path.endsWith('.json')) module.exports = JSON.parse(text);
    else {
      const code = `(function (exports, require, module, __filename, __dirname) {${plainScript(path, text)}\n})`;
      const body: unknown = runInContext(code, this.#context, { filename: path });
      if (typeof body !== 'function') throw new TypeError('no module');
      const require = (specifier: string): unknown => this.load(this.#resolve(path, specifier));
      body.call(module.exports, module.exports, require, module, `/${path}`, `/${posix.dirname(path)}`);
    }
    return module.exports;
  }

  #resolve(from: string, specifier: string): string {
    const target = specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : `node_modules/${specifier}`;
    const found = endings.map((end) => `${target}${end}`).find((path) => this.#texts.has(path));
    if (found === undefined) throw new ReferenceError(`no module ${specifier}`);
    return found;
  }
}

function plainScript(path: string, text: string): string {
  if (path.endsWith('.cjs')) return text;
  if (path.endsWith('.js') && !/^\s*(?:import|export)\b/m.test(text)) return text.replace(/^#!.*/, '');
  return ts.transpileModule(text, {
    fileName: path,
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      jsx: ts.JsxEmit.React,
      jsxFactory: 'h',
      allowJs: true,
      esModuleInterop: true,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
      verbatimModuleSyntax: false,
      alwaysStrict: false,
    },
  }).outputText;
}
