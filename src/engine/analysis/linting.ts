import { Linter } from 'eslint/universal';
import unicorn from 'eslint-plugin-unicorn';
import * as typeScriptParser from '@typescript-eslint/parser';
import ts from 'typescript';
import type { Source } from './source.ts';

/** A finding of the linter in plain offsets. */
export interface LintFinding {
  readonly lintRule: string;
  readonly messageId: string;
  readonly message: string;
  readonly start: number;
  readonly end: number;
  readonly fix: { readonly start: number; readonly end: number; readonly text: string } | undefined;
}

export type LintRules = Readonly<Record<string, readonly unknown[]>>;

/** Runs rules over sources; comments in the code that configure a linter are not obeyed. */
export interface CodeLinter {
  lint(source: Source, rules: LintRules): readonly LintFinding[];
}

type Parsed = ReturnType<Linter['getSourceCode']>;

/** Parses each source once, as long as it is alive. */
export function createLinter(): CodeLinter {
  const linter = new Linter({ configType: 'flat' });
  const parsed = new WeakMap<Source, Parsed>();
  return {
    lint(source, rules) {
      const config = configFor(source, rules);
      const known = parsed.get(source);
      const messages = linter.verify(known ?? source.text, [config], `file${source.language.extension}`);
      if (known === undefined) parsed.set(source, linter.getSourceCode());
      return messages.flatMap((message) => findingOf(source, message));
    },
  };
}

function configFor(source: Source, rules: LintRules): Linter.Config {
  const { isTypeScript, mayHaveJsx } = source.language;
  const shared: Linter.Config = {
    // A pattern for every file would leave out all that ESLint does not take by itself.
    files: ['**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx}'],
    plugins: { unicorn: unicorn },
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'off' },
    rules: Object.fromEntries(Object.entries(rules).map(([rule, options]) => [rule, ['warn', ...options]])),
  };
  const parserOptions = { ecmaFeatures: { jsx: mayHaveJsx } };
  const sourceType = source.scope === 'script' ? 'script' : source.scope === 'commonjs' ? 'commonjs' : 'module';
  return {
    ...shared,
    languageOptions: isTypeScript
      ? { parser: typeScriptParser, sourceType: sourceType === 'commonjs' ? 'script' : sourceType, parserOptions }
      : { ecmaVersion: 'latest', sourceType, parserOptions },
  };
}

function findingOf(source: Source, message: Linter.LintMessage): LintFinding[] {
  if (message.ruleId === null) return [];
  const start = offsetOf(source.file, message.line, message.column);
  const end = message.endLine === undefined ? start : offsetOf(source.file, message.endLine, message.endColumn ?? 1);
  const fix = message.fix && { start: message.fix.range[0], end: message.fix.range[1], text: message.fix.text };
  return [{ lintRule: message.ruleId, messageId: message.messageId ?? '', message: message.message, start, end, fix }];
}

function offsetOf(file: ts.SourceFile, line: number, column: number): number {
  const starts = file.getLineStarts();
  return Math.min((starts[line - 1] ?? file.text.length) + column - 1, file.text.length);
}
