/** Words of conditions that hold on some machines only, whatever the command is. */
const ofMachine = /#!?\[cfg\((?:[^\]]*\W)?(?:windows|unix|target_\w+|debug_assertions|miri|loom)\b[^\]]*\]/g;

const declared =
  /((?:#\[(?:[^[\]]|\[[^\]]*\])*\]\s*)+)(?:pub(?:\([^)]*\))?\s+)?(?:(?:async|unsafe|const)\s+)*fn\s+(?:r#)?(\w+)/g;

/** The tests that stand in plain sight in a Rust file and are built on every machine, by name. */
export function rustTests(text: string): readonly string[] {
  const code = withoutForeign(withoutWords(text));
  return [...code.matchAll(declared)].flatMap(([, attributes = '', name = '']) =>
    /#\[(?:\w+::)*test\s*(?:\([^\]]*\))?\]/.test(attributes) ? [name] : [],
  );
}

/** Comments, texts and characters blanked. */
function withoutWords(text: string): string {
  const words = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|\bb?r(#*)"[\s\S]*?"\1|"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\\n]|\\[^\n]{1,9})'/g;
  return text.replace(words, ' ');
}

/** What stands under a condition of the machine is taken out; the whole of a file that stands under one. */
function withoutForeign(code: string): string {
  let rest = code;
  for (let found = rest.search(ofMachine); found !== -1; found = rest.search(ofMachine)) {
    if (rest.startsWith('#!', found)) return '';
    rest = rest.slice(0, found) + rest.slice(endOfItem(rest, found));
  }
  return rest;
}

/** Behind the brackets of what begins here, or behind its semicolon. */
function endOfItem(code: string, start: number): number {
  let depth = 0;
  for (let at = code.indexOf(']', start) + 1; at < code.length; at += 1) {
    const sign = code[at];
    if (sign === '{') depth += 1;
    if (sign === '}') depth -= 1;
    if ((sign === '}' && depth <= 0) || (sign === ';' && depth === 0)) return at + 1;
  }
  return code.length;
}
