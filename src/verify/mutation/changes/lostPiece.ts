/** A piece of the old text, and what stands there when it is taken out. */
export interface LostPiece {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

/**
 * The old text without a piece, as a change of the new one, which it is in effect: tests that let that pass do not know the piece. Undefined
 * where it is the new text.
 */
export function withoutPiece({ start, end, replacement }: LostPiece, old: string, now: string): LostPiece | undefined {
  const text = old.slice(0, start) + replacement + old.slice(end);
  if (text === now) return undefined;
  const most = Math.min(text.length, now.length);
  let same = 0;
  while (same < most && text[same] === now[same]) same += 1;
  let tail = 0;
  while (tail < most - same && text.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  return { start: same, end: now.length - tail, replacement: text.slice(same, text.length - tail) };
}
