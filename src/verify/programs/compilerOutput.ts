import type { Diagnostic } from '../../workspace/language.ts';
import type { RelativePath } from '../../workspace/path.ts';

/** What one run of the compiler printed. */
export interface CompilerOutput {
  readonly diagnostics: readonly Diagnostic[];
  /** Errors that belong to no file, for example a setting that does not exist. */
  readonly general: readonly string[];
  /** Absolute paths of the files that it looked at, with `/` separators. */
  readonly files: ReadonlySet<string>;
}

const inFile = /^(.+?)\((\d+),(\d+)\): (error|warning|message|suggestion) (TS\d+): (.*)$/;
const withoutFile = /^(?:error|warning) (TS\d+: .*)$/;
const absolute = /^(?:\/|[A-Za-z]:[\\/])/;

/** Reads what `tsc --pretty false --listFiles` prints; paths of diagnostics are relative to where it ran. */
export function parseCompilerOutput(output: string): CompilerOutput {
  const diagnostics: Diagnostic[] = [];
  const general: string[] = [];
  const files = new Set<string>();
  for (const line of output.split(/\r?\n/)) {
    const match = inFile.exec(line);
    const last = diagnostics.at(-1);
    if (match) diagnostics.push(diagnosticOf(match));
    else if (withoutFile.test(line)) general.push(withoutFile.exec(line)?.[1] ?? line);
    else if (absolute.test(line)) files.add(line.replaceAll('\\', '/'));
    else if (/^\s+\S/.test(line) && last)
      diagnostics.splice(-1, 1, { ...last, message: `${last.message}\n${line.trim()}` });
  }
  return { diagnostics, general, files };
}

function diagnosticOf([
  ,
  file = '',
  line = '1',
  column = '1',
  category = '',
  code = '',
  message = '',
]: RegExpExecArray) {
  const position = { line: Number(line) - 1, character: Number(column) - 1 };
  return {
    path: relativePath(file),
    range: { start: position, end: position },
    severity: severityOf(category),
    message,
    code,
    source: 'typescript',
  } satisfies Diagnostic;
}

function severityOf(category: string): Diagnostic['severity'] {
  if (category === 'error' || category === 'warning') return category;
  return category === 'suggestion' ? 'hint' : 'information';
}

function relativePath(file: string): RelativePath {
  return file.replaceAll('\\', '/').replace(/^\.\//, '');
}
