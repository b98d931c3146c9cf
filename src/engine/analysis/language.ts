/** How a file has to be read, from the last part of its name. */
export interface Language {
  readonly extension: '.js' | '.mjs' | '.cjs' | '.jsx' | '.ts' | '.mts' | '.cts' | '.tsx';
  readonly isTypeScript: boolean;
  readonly mayHaveJsx: boolean;
}

const extensions = ['.js', '.mjs', '.cjs', '.jsx', '.ts', '.mts', '.cts', '.tsx'] as const;

/** Undefined for a file that is neither JavaScript nor TypeScript, and for declaration files. */
export function languageOf(path: string): Language | undefined {
  const name = path.toLowerCase();
  if (/\.d\.[cm]?ts$/.test(name)) return undefined;
  const extension = extensions.find((candidate) => name.endsWith(candidate));
  if (extension === undefined) return undefined;
  const isTypeScript = extension.includes('t');
  return { extension, isTypeScript, mayHaveJsx: !isTypeScript || extension === '.tsx' };
}
