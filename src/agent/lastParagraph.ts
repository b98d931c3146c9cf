/** What a model says in the end; undefined when it says nothing. */
export function lastParagraph(text: string): string | undefined {
  const last = text
    .trim()
    .split(/\n\s*\n/)
    .at(-1);
  return last === '' ? undefined : last;
}
