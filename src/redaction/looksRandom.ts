const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const hash = /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})$/i;

/** Whether a text is the id or the sum of something, as everybody may know it. */
export function isPublicId(text: string): boolean {
  return uuid.test(text) || hash.test(text);
}

/** Whether a text is a word, or a name made of words, as code and sentences are full of. */
export function isName(text: string): boolean {
  const parts = text
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .split(/[\s_\-./:$?!]+/);
  const words = parts.filter((part) => part !== '');
  // Names have short words, too, but not nothing else.
  const inLong = words.reduce((sum, { length }) => sum + (length < 4 ? 0 : length), 0);
  if (text.length >= 12 && inLong / text.length < 0.25) return false;
  return parts.every(
    (part) =>
      part === '' ||
      (/^[A-Za-z]{1,14}$/.test(part) && (part.length <= 3 || /[aeiouy]|^(?:https?|x?html|grpc|mtls)$/i.test(part))),
  );
}

/** Whether a text reads like drawn by lot: no word, no name made of words, no number, no path. */
export function looksRandom(text: string): boolean {
  if (text.length < 12 || /\s/.test(text) || /^[\d.,:_+-]+$/.test(text)) return false;
  if (isPath(text) || /^[a-z][a-z0-9+.-]{0,30}:\/\//i.test(text)) return false;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(text)).length;
  if (kinds < 2) return false;
  // One in fifteen random texts of sixteen characters has no digit.
  if (!/\d/.test(text)) return text.length >= 14 && bits(text) >= 3 && !isName(text);
  return bits(text) >= 3 && changes(text) >= 0.22;
}

/** One path, or several as in PATH. */
function isPath(text: string): boolean {
  if (!/^(?:[.~@]{0,2}[\\/]|[A-Za-z]:\\|[\w.-]+\/)[\w@.\\/:; -]*$/.test(text)) return false;
  const parts = text.split(/[\\/:;]/).map((part) => part.replace(/^@/, ''));
  return parts.every((part) => part.length < 6 || isName(part) || /^[\w.-]+\.\w{1,5}$/.test(part));
}

/** How often, of all neighbours, one is of another kind than the next: names made of words change seldom. */
function changes(text: string): number {
  const kindOf = (character: string): number =>
    /[a-z]/.test(character) ? 0 : /[A-Z]/.test(character) ? 1 : /\d/.test(character) ? 2 : 3;
  let count = 0;
  for (let at = 1; at < text.length; at += 1) if (kindOf(text[at] ?? '') !== kindOf(text[at - 1] ?? '')) count += 1;
  return count / Math.max(1, text.length - 1);
}

/** Of each character, as it is distributed. */
function bits(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let sum = 0;
  for (const count of counts.values()) sum -= (count / text.length) * Math.log2(count / text.length);
  return sum;
}
