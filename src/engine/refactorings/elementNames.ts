import type { LintPlace } from '../analysis/candidate.ts';

/** The header that the rule wrote, with the names of the element and of what is walked over. */
const header = /^(?:for\s*\()?const (?:\[\w+, )?(?<element>[\w$]+)\]? of (?<list>[\w$.]+?)(?:\.entries\(\))?\)/;

/** Gives the element a name that says what it is, where the rule found only `element` or one with a sign added. */
export function nameElement(text: string, { source, fix }: LintPlace): string {
  const { element, list } = header.exec(text)?.groups ?? {};
  if (element === undefined || list === undefined || !(element === 'element' || element.endsWith('_'))) return text;
  // Only what the rule itself wrote may be renamed.
  if (mentions(source.text.slice(fix.start, fix.end), element)) return text;
  const base = element === 'element' ? singularOf(list) : element.replace(/_+$/, '');
  const name = [base, base && `each${base.replace(/^./, (first) => first.toUpperCase())}`].find(
    (one) => one !== undefined && one !== '' && !mentions(source.text, one),
  );
  return name === undefined ? text : text.replaceAll(new RegExp(`(?<![.\\w$])${escape(element)}(?![\\w$])`, 'g'), name);
}

function mentions(text: string, name: string): boolean {
  return new RegExp(`(?<![\\w$])${escape(name)}(?![\\w$])`).test(text);
}

function escape(name: string): string {
  return name.replaceAll('$', String.raw`\$`);
}

/** `counterArray` holds counters, `birdsPerDay` birds; undefined when the name tells nothing. */
function singularOf(list: string): string | undefined {
  const name = list.split('.').at(-1) ?? list;
  const words = name.split(/(?=[A-Z])/);
  if (words.length > 1 && /^(?:Array|Arr|List|Collection|Queue|Stack)$/.test(words.at(-1) ?? ''))
    return words.slice(0, -1).join('').replace(/s$/, '');
  const plural = words.findIndex((word) => /[a-z]{2}s$/.test(word) && !/(?:ss|us|is)$/.test(word));
  if (plural === -1) return undefined;
  return [...words.slice(0, plural), words[plural]?.replace(/ies$/, 'y').replace(/s$/, '')].join('');
}
