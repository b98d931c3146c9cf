/** The ripgrep that was installed with this package, or the one on PATH when it is not there. Never rejects. */
export async function ripgrepProgram(): Promise<string> {
  try {
    return (await import('@vscode/ripgrep')).rgPath;
  } catch {
    return 'rg';
  }
}
