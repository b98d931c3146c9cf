/** Words of questions and of schemas, and when two of them mean the same thing. English only. */

/** Words that say nothing of what is asked for. */
const empty = new Set(
  `a an the this that these those it its i me my we us our you your he she they them their there here and or but not no if then
  so as of in on at to from for with by into about than is are was were be been being am do does did done can could would will
  shall should may might must have has had what which who whom whose when where why how please kindly just now some any all each
  every one more most very really also only up out over under per via etc e g ie eg vs let lets s t re ve ll d m like want need
  help know yes ok okay given return returns returned`.split(/\s+/),
);

/** Verbs and nouns of so many tools that they tell none from another. */
const general = new Set(
  `get set give tell show fetch find list make use run call retrieve provide perform execute check look return read write update
  create add new current tool function api data value values information info details result results type name string number
  object specific particular based using use user input output request`.split(/\s+/),
);

/** Lower-case words; `getUserName`, `get_user_name` and "get user name" are three each. */
export function wordsOf(text: string): readonly string[] {
  const spaced = text.replaceAll(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2').replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2');
  return [...spaced.toLowerCase().matchAll(/\p{L}[\p{L}\p{M}]*|\d+(?:\.\d+)?/gu)].map(([word]) => word);
}

/** The words that carry meaning; the general ones only where there are no others. */
export function tellingWords(text: string): readonly string[] {
  const words = contentWords(text);
  const telling = words.filter((word) => !general.has(word));
  return telling.length > 0 ? telling : words;
}

/** All words but those that say nothing. */
export function contentWords(text: string): readonly string[] {
  return [...new Set(wordsOf(text))].filter((word) => word.length > 1 && !empty.has(word) && !/^\d/.test(word));
}

export function isEmptyWord(word: string): boolean {
  return empty.has(word.toLowerCase());
}

export function isGeneralWord(word: string): boolean {
  return general.has(word.toLowerCase());
}

const suffixes = new Set([
  '',
  ...'e s es d ed r er or t y al ly ing ion sion tion ation ication ator ment able ance ence ive ies'.split(' '),
]);
const shortestStem = 4;

/** True for two forms of one word: `convert` and `conversion`, `light` and `lights`. */
export function isSameWord(one: string, other: string): boolean {
  if (one === other) return true;
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  const isPlural =
    length >= 3 && [one, other].some((word) => word.length === length) && Math.abs(one.length - other.length) === 1;
  if (isPlural && (one.endsWith('s') || other.endsWith('s'))) return true;
  return length >= shortestStem && suffixes.has(one.slice(length)) && suffixes.has(other.slice(length));
}

export function hasSameWord(words: readonly string[], word: string): boolean {
  return words.some((one) => isSameWord(one, word));
}
