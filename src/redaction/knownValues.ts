import { looksRandom } from './looksRandom.ts';
import { secretMark } from './secretShapes.ts';

/** So many characters in a row of a value that reads like drawn by lot are the value, wherever the rest of it was cut. */
const gram = 8;
const maxValues = 2_000;
const maxValueLength = 64 * 1024;

/** Hides values that are known, in the ways they are commonly written. */
export class KnownValues {
  /** Longest first. */
  readonly #forms: readonly string[];
  /** Every run of `gram` characters of what is hidden piece by piece. */
  readonly #grams = new Set<string>();

  constructor(values: readonly string[]) {
    const forms = new Set<string>();
    for (const value of values.slice(0, maxValues)) {
      const text = value.slice(0, maxValueLength);
      if (text.length < 4) continue;
      for (const form of writtenForms(text)) forms.add(form);
      for (const line of text.split(/\r?\n|\\n/)) this.#addGrams(line.trim());
    }
    this.#forms = [...forms].sort((one, other) => other.length - one.length);
  }

  get isEmpty(): boolean {
    return this.#forms.length === 0;
  }

  hide(text: string): string {
    const whole = this.#forms.reduce((rest, form) => (rest.includes(form) ? hideForm(rest, form) : rest), text);
    return this.#hidePieces(whole);
  }

  #addGrams(line: string): void {
    if (!looksRandom(line) || /-----(BEGIN|END) /.test(line)) return;
    for (const form of writtenForms(line))
      for (let at = 0; at + gram <= form.length; at += 1) {
        const piece = form.slice(at, at + gram);
        // A word, a number or a run of one sign stands in ordinary texts, too.
        if (
          new Set(piece).size >= 5 &&
          !/^(?:[a-z]+|[A-Z]+|\d+)$/.test(piece) &&
          !/^[^A-Za-z0-9]?[A-Z]?[a-z]+[^A-Za-z0-9]?[a-z]*$/.test(piece)
        )
          this.#grams.add(piece);
      }
  }

  #hidePieces(text: string): string {
    if (this.#grams.size === 0) return text;
    let clean = '';
    let from = 0;
    for (let at = 0; at + gram <= text.length; at += 1) {
      if (!this.#grams.has(text.slice(at, at + gram))) continue;
      let end = at + gram;
      while (end < text.length && this.#grams.has(text.slice(end - gram + 1, end + 1))) end += 1;
      clean += `${text.slice(from, at)}${secretMark}`;
      from = end;
      at = end - 1;
    }
    return clean + text.slice(from);
  }
}

/** A short value must stand by itself: as a part of a longer word it is none. */
function hideForm(text: string, form: string): string {
  if (form.length >= 12) return text.replaceAll(form, secretMark);
  const name = form.replace(/[\\^$.|?*+(){}[\]]/g, '\\$&');
  return text.replace(new RegExp(`(?<![A-Za-z0-9])${name}(?![A-Za-z0-9])`, 'g'), () => secretMark);
}

function writtenForms(value: string): readonly string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const bytes = Buffer.from(value);
  const forms = [
    value,
    json,
    JSON.stringify(json).slice(1, -1),
    value.replaceAll("'", "\\'"),
    encoded(value),
    encoded(value).replaceAll('%20', '+'),
    encoded(value).toLowerCase(),
    value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
    ...(bytes.length >= 6 ? [bytes.toString('hex'), bytes.toString('hex').toUpperCase(), ...base64Forms(bytes)] : []),
  ];
  return [...new Set(forms)].filter((form) => form.length >= 4);
}

/** In base64 a value looks different by where it begins; what of it is always the same is given for each of the three. */
function base64Forms(bytes: Buffer): readonly string[] {
  const plain = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const first = offset === 0 ? 0 : offset + 1;
    const last = Math.floor(((offset + bytes.length) * 8) / 6);
    return text.slice(first, last);
  });
  const all = [...plain, bytes.toString('base64').replace(/=+$/, '')].filter((text) => text.length >= 8);
  return all.flatMap((text) => [text, text.replaceAll('+', '-').replaceAll('/', '_')]);
}

function encoded(value: string): string {
  try {
    return encodeURIComponent(value);
  } catch {
    return value;
  }
}
