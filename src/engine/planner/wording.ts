/** `1 file`, `3 files`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function list(words: readonly string[]): string {
  if (words.length <= 1) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

/** The first few of many, and how many more there are. */
export function few(words: readonly string[], most: number): string {
  if (words.length <= most) return list(words);
  return `${words.slice(0, most).join(', ')} and ${words.length - most} more`;
}

/** Ends a sentence that may have an end already. */
export function sentence(text: string): string {
  const plain = text.trim();
  return /[.!?…]$/.test(plain) || plain === '' ? plain : `${plain}.`;
}
