import type { LostPiece } from '../changes/lostPiece.ts';
import { withDescendants } from './nodes.ts';
import type { ParsedText } from './retokenized.ts';

/** One part of a format, such as a width, where it stands. */
interface Part {
  readonly name: string;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

type Format = readonly Part[];

/** Parts of formats of Python that stood in a text and stand in none that came. */
export function lostFormats(old: ParsedText, now: ParsedText): readonly LostPiece[] {
  const [then, later] = [formatsOf(old), formatsOf(now)];
  const left = without(then, later);
  const others = without(later, then);
  return left.flatMap((format, index) => {
    const other = others[index] ?? [];
    return format
      .filter(({ name, text }) => !other.some((one) => one.name === name && one.text === text))
      .map(({ start, end }) => ({ start, end, replacement: '' }));
  });
}

/** Those of which the other side has not as many. */
function without(formats: readonly Format[], others: readonly Format[]): readonly Format[] {
  const known = others.map(keyOf);
  return formats.filter((format) => {
    const at = known.indexOf(keyOf(format));
    if (at !== -1) known.splice(at, 1);
    return at === -1 && format.length > 0;
  });
}

function keyOf(format: Format): string {
  return format.map(({ name, text }) => `${name} ${text}`).join(' ');
}

/** Those of `f'{x:…}'`, `'{:…}'` and `'%…'`, in the order of the text. */
function formatsOf({ root, text }: ParsedText): readonly Format[] {
  const nodes = withDescendants(root);
  const own = nodes
    .filter(({ type }) => type === 'format_specifier')
    .map(({ start, end }) => partsOf(text.slice(start + 1, end), start + 1, false));
  const inTexts = nodes
    .filter(({ type }) => type === 'string_content')
    .flatMap((node) => {
      const written = text.slice(node.start, node.end);
      const isFormatted = node.parent?.children.some(({ type }) => type === 'interpolation') === true;
      const braces = isFormatted ? [] : [...written.matchAll(/\{[\w.[\]]*(?:![rsa])?:([^{}]+)\}/g)];
      const percent = [...written.matchAll(/(?<!%)%(?:\(\w+\))?([-+ #0]*\d*(?:\.\d+)?[diouxXeEfFgGcrsa])/g)];
      return [
        ...braces.map((match) => ({ match, isPercent: false })),
        ...percent.map((match) => ({ match, isPercent: true })),
      ].map(({ match, isPercent }) => {
        const spec = match[1] ?? '';
        const start = node.start + match.index + match[0].lastIndexOf(spec);
        return partsOf(spec, start, isPercent);
      });
    });
  return [...own, ...inTexts];
}

const braced = /^(.?[<>=^])?([-+ ])?(#)?(0)?(\d+)?([,_])?(\.\d+)?([a-zA-Z%])?$/;
const percented = /^(-)?([+ ])?(#)?(0)?(\d+)?()(\.\d+)?([a-zA-Z])?$/;
const names = ['align', 'sign', 'form', 'zero', 'width', 'group', 'precision', 'type'];

/** Empty for what only says the kind of a value that it has anyhow, and for what is made while the program runs. */
function partsOf(spec: string, start: number, isPercent: boolean): Format {
  const found = (isPercent ? percented : braced).exec(spec);
  if (found === null) return [];
  let at = start;
  const parts = names.flatMap((name, index): readonly Part[] => {
    const text = found[index + 1] ?? '';
    const own = { name, text: text === '-' && isPercent ? '<' : text, start: at, end: at + text.length };
    at += text.length;
    return text === '' || (name === 'type' && /^[ds]$/.test(text)) ? [] : [own];
  });
  // In this form texts stand at the right.
  const isRight = isPercent && /\d[sra]$/.test(spec) && !spec.startsWith('-');
  return isRight ? [{ name: 'align', text: '>', start, end: start }, ...parts] : parts;
}
