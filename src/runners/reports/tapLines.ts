/** One line of TAP that is none of a diagnostic. */
interface ContentLine {
  /** Of the subtests that it stands in. */
  readonly depth: number;
  /** Without its indentation. */
  readonly words: string;
  /** It ends in a curly bracket and what follows stands deeper. */
  readonly opens: boolean;
}

/** The result of one test. */
export interface TapLine {
  readonly isOk: boolean;
  readonly number: string | undefined;
  readonly name: string;
  readonly directive: 'skip' | 'todo' | undefined;
  /** Its subtests follow, up to a closing bracket. */
  readonly opens: boolean;
}

const maxLineLength = 2_000;

/** The lines of a TAP text without the blank ones and without diagnostics, whose words may look like results. */
export function contentLines(text: string): readonly ContentLine[] {
  const lines = text.split(/\r?\n/).map((line) => line.slice(0, maxLineLength));
  const found: ContentLine[] = [];
  let block: number | undefined;
  let lastResult: number | undefined;
  for (const [index, line] of lines.entries()) {
    const words = line.trim();
    if (words === '') continue;
    const indent = indentOf(line);
    if (block !== undefined) {
      // A block that was never ended ends where something stands further out.
      if (indent >= block) {
        if (indent === block && words === '...') block = undefined;
        continue;
      }
      block = undefined;
    }
    if (words === '---' && lastResult !== undefined && indent > lastResult) {
      block = indent;
      continue;
    }
    const next = words.endsWith('{') ? lines.slice(index + 1, index + 20).find((one) => one.trim() !== '') : undefined;
    const opens = next !== undefined && indentOf(next) >= indent + 4;
    found.push({ depth: Math.floor(indent / 4), words, opens });
    lastResult = isResult(words) ? indent : undefined;
  }
  return found;
}

/** Reads the line of a result; undefined for every other one. */
export function tapResult(words: string, opens: boolean): TapLine | undefined {
  const match = resultLine.exec(words);
  if (match === null) return undefined;
  const told = opens ? (match[3] ?? '').replace(/\s*\{$/, '') : (match[3] ?? '');
  return { isOk: match[1] === undefined, number: match[2], opens, ...titleOf(told) };
}

const resultLine = /^(not )?ok\b(?: +(\d+))?(?: +-(?=\s|$))? *(.*)$/;

function isResult(words: string): boolean {
  return resultLine.test(words);
}

/**
 * The title without what stands behind an unescaped `#`: a directive in letters of any case, or the time that node-tap adds, which is
 * another one in every run.
 */
function titleOf(told: string): Pick<TapLine, 'name' | 'directive'> {
  const parts = ` ${told}`.split(/\s(?=#)/);
  let directive: TapLine['directive'];
  const kept: string[] = [];
  for (const part of parts) {
    const word = /^#\s*(skip|todo)\b/i.exec(part)?.[1]?.toLowerCase();
    if (word === undefined) kept.push(part);
    else {
      // What follows is its reason.
      directive = word === 'skip' ? 'skip' : 'todo';
      break;
    }
  }
  while (kept.length > 1 && time.test(kept.at(-1) ?? '')) kept.pop();
  return { name: unescaped(kept.join(' ')).trim(), directive };
}

const time = /^#\s*time=[\d.]+(?:e-?\d+)?\s*[a-z]*\s*$/i;

function unescaped(text: string): string {
  return text.replace(/\\([\\#])/g, '$1');
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
