/** A program's name without folder and extension. */
export function baseName(program: string): string {
  const name = program.replaceAll('\\', '/').split('/').at(-1) ?? '';
  return name.replace(/\.(cmd|exe|bat|ps1)$/i, '').toLowerCase();
}
