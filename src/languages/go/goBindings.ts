import { posix } from 'node:path';
import { targetsByName, type Bindings } from '../texts/bindings.ts';
import { goTokens } from './goTokens.ts';

/** The packages that imports name, and the lines that use something of them. */
export function goBindings(path: string, text: string): Bindings | undefined {
  const tokens = goTokens(path, text);
  if (tokens === undefined) return undefined;
  const pairs: [string, string][] = [];
  const uses = new Map<string, number[]>();
  let [isImport, isGroup] = [false, false];
  for (const [index, { text: word, line }] of tokens.entries()) {
    if (word === 'import' && tokens[index - 1]?.text === ';')
      [isImport, isGroup] = [true, tokens[index + 1]?.text === '('];
    else if (isImport && word === (isGroup ? ')' : ';')) isImport = false;
    else if (isImport && /^["`]/.test(word)) {
      const target = word.slice(1, -1);
      const alias = tokens[index - 1]?.text ?? '';
      pairs.push([/^[\p{L}_]/u.test(alias) && alias !== 'import' ? alias : packageName(target), target]);
    } else if (!isImport && tokens[index + 1]?.text === '.' && tokens[index - 1]?.text !== '.')
      uses.set(word, [...(uses.get(word) ?? []), line]);
  }
  // What becomes of its values is asked where its blocks are counted.
  return { targets: targetsByName(pairs), uses, values: new Map() };
}

/** By custom the last part of its path, without its version. */
function packageName(path: string): string {
  const parts = path.split('/').filter((part, index) => index === 0 || !/^v\d+$/.test(part));
  return (parts.at(-1) ?? '').replace(/\.v\d+$/, '').replace(/^go-/, '');
}

/** Whether an imported package is the folder of the file. */
export function leadsIntoPackage(target: string, file: string): boolean {
  return target === posix.dirname(file) || target.endsWith(`/${posix.dirname(file)}`);
}
