import { posix } from 'node:path';
import type { ExportedNames } from '../texts/reExports.ts';
import type { ExportingChange } from '../texts/language.ts';
import { goTokens } from './goTokens.ts';

/**
 * What a file of a Go package lets other packages use: name → how it is declared. Nothing of a program, nor of what only packages of the same
 * module can import: these are compiled with the tests. Undefined where the text cannot be read.
 */
export function goNames(path: string, text: string): ExportedNames | undefined {
  const words = goTokens(path, text)?.flatMap(({ text: word }) => (/^\/[/*]/.test(word) ? [] : [word]));
  if (words === undefined) return undefined;
  const names = new Map<string, string>();
  if (words[1] === 'main' || /(^|\/)internal\//.test(path)) return names;
  for (const declaration of declarationsOf(words)) {
    const [kind = '', ...rest] = declaration;
    if (kind === 'func') readFunction(rest, names);
    else if (['type', 'const', 'var'].includes(kind)) for (const one of membersOf(rest)) readMember(kind, one, names);
  }
  return names;
}

/** A package of Go is all the files of a folder. */
export function namesBeside({ text: { path }, texts, after }: ExportingChange<unknown>): ExportedNames {
  const others = texts.filter(
    (one) => one.path !== path && one.role !== 'test' && posix.dirname(one.path) === posix.dirname(path),
  );
  return new Map(others.flatMap((one) => [...(after.get(one.path) ?? [])]));
}

type Words = readonly string[];

const isExported = (name: string | undefined): name is string => name !== undefined && /^\p{Lu}/u.test(name);

/** Parts of a list between separators that stand outside of all brackets. */
function parted(words: Words, separator: string): readonly Words[] {
  const parts: string[][] = [[]];
  let depth = 0;
  for (const word of words) {
    if (word === separator && depth === 0) parts.push([]);
    else parts.at(-1)?.push(word);
    if ('([{'.includes(word)) depth += 1;
    if (')]}'.includes(word)) depth -= 1;
  }
  return parts.filter((part) => part.length > 0);
}

function declarationsOf(words: Words): readonly Words[] {
  return parted(words, ';');
}

/** `( … )` holds several, each a line. */
function membersOf(words: Words): readonly Words[] {
  return words[0] === '(' ? parted(words.slice(1, -1), ';') : [words];
}

/** What stands in the brackets at an index, and what follows it. */
function bracketed(words: Words, from: number): { readonly inside: Words; readonly rest: Words } {
  let depth = 0;
  for (let at = from; at < words.length; at += 1) {
    if ('([{'.includes(words[at] ?? '')) depth += 1;
    if (')]}'.includes(words[at] ?? '')) depth -= 1;
    if (depth === 0) return { inside: words.slice(from + 1, at), rest: words.slice(at + 1) };
  }
  return { inside: words.slice(from + 1), rest: [] };
}

function readFunction(words: Words, names: Map<string, string>): void {
  const receiver = words[0] === '(' ? bracketed(words, 0) : undefined;
  const [name, ...head] = receiver?.rest ?? words;
  if (!isExported(name)) return;
  const type = receiver === undefined ? undefined : typesOf(receiver.inside)[0];
  const owner = type === undefined ? undefined : /^\*? ?([\p{L}_][\p{L}\p{Nd}_]*)/u.exec(type)?.[1];
  if (receiver !== undefined && !isExported(owner)) return;
  names.set(owner === undefined ? name : `${owner}.${name}`, `func ${type ?? ''} ${callOf(head)}`);
}

/** Parameters and results by their types, since callers see no names of them. */
function callOf(head: Words): string {
  const generic = head[0] === '[' ? bracketed(head, 0) : undefined;
  const { inside, rest } = bracketed(generic?.rest ?? head, 0);
  const results = rest[0] === '(' ? typesOf(bracketed(rest, 0).inside) : [resultOf(rest)];
  return `[${generic?.inside.join(' ') ?? ''}] (${typesOf(inside).join(', ')}) (${results.join(', ')})`;
}

/** A type up to the body of its function. */
function resultOf(rest: Words): string {
  const end = rest.findIndex((word, at) => word === '{' && !['struct', 'interface'].includes(rest[at - 1] ?? ''));
  return rest.slice(0, end === -1 ? rest.length : end).join(' ');
}

/** Either all of a list have names or none has; several may share a type. */
function typesOf(words: Words): readonly string[] {
  const parts = parted(words, ',');
  if (!parts.some(isNamed)) return parts.map((part) => part.join(' '));
  let type = '';
  return [...parts]
    .reverse()
    .map((part) => (type = part.length > 1 ? part.slice(1).join(' ') : type))
    .reverse();
}

/** A name and its type, whereas a type by itself may begin with a word that goes on with a dot or brackets. */
function isNamed(part: Words): boolean {
  const [first = '', second] = part;
  const isWord = /^[\p{L}_]/u.test(first) && !['func', 'chan', 'map', 'struct', 'interface'].includes(first);
  if (!isWord || second === undefined || second === '.') return false;
  return second !== '[' || bracketed(part, 1).rest.length > 0;
}

function readMember(kind: string, words: Words, names: Map<string, string>): void {
  if (kind === 'type') {
    const [name] = words;
    if (isExported(name)) names.set(name, `type ${typeOf(words.slice(1)).join(' ')}`);
    return;
  }
  const end = words.indexOf('=');
  const left = end === -1 ? words : words.slice(0, end);
  const parts = parted(left, ',');
  const type = parts.at(-1)?.slice(1).join(' ') ?? '';
  for (const [name] of parts) if (isExported(name)) names.set(name, `${kind} ${type}`);
}

/** Of a struct what other packages see of it, in its order. */
function typeOf(words: Words): Words {
  const at = words.indexOf('struct');
  if (at === -1 || words[at + 1] !== '{') return words;
  const fields = parted(bracketed(words, at + 1).inside, ';').filter((field) => fieldNames(field).some(isExported));
  return [...words.slice(0, at + 1), ...fields.flatMap((field) => [...field, ';'])];
}

/** A type without a name of its own gives its last part as the name. */
function fieldNames(field: Words): Words {
  const bare = field.filter((word) => !/^[`"]/.test(word));
  const parts = parted(bare, ',');
  if (parts.length > 1 || isNamed(bare)) return parts.flatMap(([name]) => name ?? []);
  const open = bare.indexOf('[');
  return (open === -1 ? bare : bare.slice(0, open)).slice(-1);
}
