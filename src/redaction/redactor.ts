import { KnownValues } from './knownValues.ts';
import { hideShapes } from './secretShapes.ts';

/** Colours and other orders to a terminal; a secret may be written around them. */
const terminalOrders = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)|[@-Z\\-_])/g;

const maxRemembered = 20_000;
const maxRememberedLength = 2_000;

/** Replaces secrets in texts that are not ours: by value, as far as values are known, and by shape. Equal texts give equal ones. */
export class Redactor {
  readonly #known: KnownValues;
  readonly #remembered = new Map<string, string>();

  constructor(values: readonly string[]) {
    this.#known = new KnownValues(values);
  }

  text(text: string): string {
    const known = this.#remembered.get(text);
    if (known !== undefined) return known;
    const clean = hideShapes(this.#known.hide(text.replaceAll(terminalOrders, '')));
    if (text.length <= maxRememberedLength && this.#remembered.size < maxRemembered) this.#remembered.set(text, clean);
    return clean;
  }

  /** Every text in plain data, but for those under names that `isExempt` says are no text of anybody. */
  all<T>(value: T, isExempt: (name: string) => boolean): T;
  all(value: unknown, isExempt: (name: string) => boolean): unknown {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return value.map((one: unknown) => this.all(one, isExempt));
    if (value instanceof Map)
      return new Map([...value].map(([key, one]: [unknown, unknown]) => [key, this.all(one, isExempt)]));
    if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, one]: [string, unknown]) => [
        name,
        isExempt(name) ? one : this.all(one, isExempt),
      ]),
    );
  }
}
