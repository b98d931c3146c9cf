/**
 * What a text between tags comes to: lines lose the blanks at their ends, those with nothing else go, and one blank joins the others. Empty
 * where nothing is left of it.
 */
export function jsxWords(text: string): string {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const trimmed = lines.map((line, index) => {
    const left = index === 0 ? line : line.replace(/^[ \t]+/, '');
    return index === lines.length - 1 ? left : left.replace(/[ \t]+$/, '');
  });
  return trimmed.filter((line) => line !== '').join(' ');
}
