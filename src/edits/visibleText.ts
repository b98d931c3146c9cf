/**
 * Everything that a terminal or an editor would not show as it is: controls but tab and line feed, formats, fillers, line
 * separators, variation selectors, tag characters.
 */
const hidden = /[\p{Cc}\p{Cf}\p{DI}\u2028\u2029\u2800]/gu;

/** What makes one picture of several: not hidden between pictures. */
const joiner =
  /(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F])\u200D(?=\p{Extended_Pictographic})|(?<=\p{Emoji})\uFE0F/gu;

/** The text with every hidden character as `\u{202e}`, so that what is shown is what is there; for display only. */
export function visibleText(text: string): string {
  if (text.search(hidden) === -1) return text;
  const kept = new Set([...text.matchAll(joiner)].map(({ index }) => index));
  return text.replace(hidden, (character: string, index: number) => {
    if (character === '\t' || character === '\n' || kept.has(index)) return character;
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}
